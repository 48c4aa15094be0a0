// A digit of each kind as somebody may write it, in pixels of the sheet.

const TURN = Math.PI / 180;

// An arc, by degrees from the right on, clockwise.
function arc(x, y, wide, high, from, to) {
  return Array.from({ length: 25 }, (_point, i) => {
    const angle = (from + ((to - from) * i) / 24) * TURN;
    return [x + wide * Math.cos(angle), y + high * Math.sin(angle)];
  });
}

/** The strokes of ten digits. */
export const EXAMPLES = [
  [
    [
      [95, 75],
      [180, 72],
      [165, 110],
      [140, 160],
      [125, 215],
    ],
  ],
  [[...arc(140, 105, 45, 40, 200, 390), [150, 165], [100, 215], [140, 212], [190, 215]]],
  [[...arc(135, 103, 42, 36, 210, 440), ...arc(135, 178, 50, 40, -75, 150)]],
  [
    [
      [150, 65],
      [90, 165],
      [200, 165],
    ],
    [
      [165, 115],
      [160, 225],
    ],
  ],
  [
    [[110, 70], [102, 130], ...arc(135, 170, 50, 48, -130, 140)],
    [
      [110, 70],
      [185, 68],
    ],
  ],
  [[[165, 60], [120, 120], ...arc(140, 170, 42, 48, 190, 550)]],
  [
    [
      [120, 95],
      [150, 65],
      [148, 220],
    ],
  ],
  [[...arc(140, 105, 36, 38, -60, -300), ...arc(140, 182, 46, 40, -60, 270), [165, 135], [172, 85]]],
  [[...arc(135, 108, 42, 42, -20, -340), [176, 95], [168, 160], [150, 222]]],
  [arc(140, 140, 55, 80, -80, 280)],
];
