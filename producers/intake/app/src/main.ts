// Where the bundle begins.
import { ScrubcastApp } from "./element";

customElements.define("scrubcast-app", ScrubcastApp);
