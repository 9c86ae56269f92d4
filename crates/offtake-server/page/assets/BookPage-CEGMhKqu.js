import{j as o,T as r}from"./index-f4rL9E1j.js";function t(){return o.jsx(r,{order:1,children:"Book"})}export{t as default};
