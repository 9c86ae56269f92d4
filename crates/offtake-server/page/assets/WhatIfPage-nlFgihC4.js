import{j as t,T as r}from"./index-f4rL9E1j.js";function a(){return t.jsx(r,{order:1,children:"What if"})}export{a as default};
