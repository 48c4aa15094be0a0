// Whether a page can use a camera: over plain http a browser gives it none, whatever the device has.

/** @param {Navigator} browser
 * @returns {Promise<"here" | "no device" | "not allowed">} `not allowed` where the page is not on https, so
 *   that it cannot even ask */
export async function findCamera(browser = navigator) {
  if (!browser.mediaDevices?.getUserMedia || !browser.mediaDevices.enumerateDevices) return "not allowed";
  try {
    const devices = await browser.mediaDevices.enumerateDevices();
    return devices.some(({ kind }) => kind === "videoinput") ? "here" : "no device";
  } catch {
    return "not allowed"; // a frame that forbids it
  }
}
