// A picture of the report on the page: the same code draws both.

import { ActionIcon, Menu, useComputedColorScheme } from "@mantine/core";
import { type ReactNode, useEffect, useRef } from "react";
import { Frame, type Picture } from "../../../report/src/frame";
import { save } from "./download";
import { Icon } from "./Icon";

interface Given {
  /// Names it, once on a page; the name of what is saved.
  id: string;
  /// What it shows, for who does not see it.
  label: string;
  picture: Picture;
}

/// Draws a picture, steps through it by arrow keys, and saves it.
export function Chart({ id, label, picture }: Given): ReactNode {
  const room = useRef<HTMLDivElement>(null);
  const frame = useRef<Frame | null>(null);
  const first = useRef(picture);
  const scheme = useComputedColorScheme("light");
  useEffect(() => {
    const own = room.current;
    if (!own) return;
    const [tools, place] = [document.createElement("div"), document.createElement("div")];
    tools.className = "tools";
    tools.dataset["tools"] = id;
    place.className = "chart";
    place.dataset["chart"] = id;
    place.setAttribute("aria-label", label);
    own.append(tools, place);
    const made = new Frame(place, first.current);
    frame.current = made;
    made.draw();
    const sizes = new ResizeObserver(() => made.resize());
    sizes.observe(own);
    return () => {
      sizes.disconnect();
      made.close();
      frame.current = null;
      own.replaceChildren();
    };
  }, [id, label]);
  useEffect(() => {
    if (first.current !== picture) frame.current?.show(picture);
    first.current = picture;
  }, [picture]);
  useEffect(() => {
    // The colours change with the attribute that the frame of the page sets after this.
    const soon = requestAnimationFrame(() => frame.current?.redraw());
    return () => cancelAnimationFrame(soon);
  }, [scheme]);
  return (
    <div className="drawn">
      <div ref={room} />
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon className="save" variant="subtle" color="gray" aria-label={`Save the picture ${id}`}>
            <Icon name="down" />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => frame.current && save.svg(id, frame.current.svg())}>SVG</Menu.Item>
          <Menu.Item onClick={() => frame.current && void save.png(id, frame.current.svg())}>PNG</Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}
