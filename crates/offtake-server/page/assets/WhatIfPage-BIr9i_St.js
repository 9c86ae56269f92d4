import{j as t,T as r}from"./index-DnAz93hP.js";function a(){return t.jsx(r,{order:1,children:"What if"})}export{a as default};
