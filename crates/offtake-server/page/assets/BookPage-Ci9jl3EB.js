import{j as o,T as r}from"./index-DnAz93hP.js";function t(){return o.jsx(r,{order:1,children:"Book"})}export{t as default};
