// Whether a page can use a camera: over plain http a browser gives it none, whatever the device has.

/** @param {Navigator} browser
 * @returns {Promise<"here" | "missing" | "insecure">} `insecure` where the page is not on https, so
 *   that it cannot even ask */
export async function findCamera(browser = navigator) {
  if (!browser.mediaDevices?.getUserMedia || !browser.mediaDevices.enumerateDevices) return "insecure";
  try {
    const devices = await browser.mediaDevices.enumerateDevices();
    return devices.some(({ kind }) => kind === "videoinput") ? "here" : "missing";
  } catch {
    return "insecure"; // a frame that forbids it
  }
}
