// The globe: the Equal Earth projection, the parts of the world that can be seen, and great circles.

/**
 * Equal Earth: B. Šavrič, T. Patterson and B. Jenny, The Equal Earth map projection, International Journal of
 * Geographical Information Science 33(3), 2019, equations 9 to 11. Degrees in, x and y (upwards) out.
 */
function equalEarth(longitude, latitude) {
  const [a1, a2, a3, a4] = [1.340264, -0.081106, 0.000893, 0.003796];
  const m = Math.sqrt(3) / 2;
  const t = Math.asin(m * Math.sin((latitude * Math.PI) / 180));
  const [t2, t6] = [t * t, t ** 6];
  const x = (((longitude * Math.PI) / 180) * Math.cos(t)) / (m * (a1 + 3 * a2 * t2 + t6 * (7 * a3 + 9 * a4 * t2)));
  return [x, t * (a1 + a2 * t2 + t6 * (a3 + a4 * t2))];
}

/** Rings of [longitude, latitude] from the encoded outline. */
function landRings() {
  return LAND.map((text) => {
    const points = [];
    let [at, x, y] = [0, 0, 0];
    const next = () => {
      let [value, shift, digit] = [0, 0, 0];
      do {
        digit = text.charCodeAt(at) - 63;
        at += 1;
        value |= (digit & 31) << shift;
        shift += 5;
      } while (digit >= 32);
      return value & 1 ? ~(value >> 1) : value >> 1;
    };
    while (at < text.length) {
      x += next();
      y += next();
      points.push([x / 10, y / 10]);
    }
    return points;
  });
}

/** Views: west, south, east, north in degrees. */
const VIEWS = {
  World: [-168, -55, 178, 75],
  Americas: [-130, -56, -32, 60],
  Europe: [-14, 34, 44, 64],
  "Africa and Middle East": [-22, -36, 66, 42],
  "Asia and Pacific": [62, -48, 180, 56],
};

/** Points of the great circle between two places, in pieces that do not cross the map's edge. */
function greatCircle(a, b) {
  const rad = Math.PI / 180;
  const toVector = ({ lon, lat }) => [
    Math.cos(lat * rad) * Math.cos(lon * rad),
    Math.cos(lat * rad) * Math.sin(lon * rad),
    Math.sin(lat * rad),
  ];
  const [u, v] = [toVector(a), toVector(b)];
  const angle = Math.acos(Math.min(Math.max(u[0] * v[0] + u[1] * v[1] + u[2] * v[2], -1), 1));
  if (angle < 1e-6)
    return [
      [
        [a.lon, a.lat],
        [b.lon, b.lat],
      ],
    ];
  const pieces = [[]];
  const steps = 48;
  for (let i = 0; i <= steps; i += 1) {
    const [f, g] = [
      Math.sin((1 - i / steps) * angle) / Math.sin(angle),
      Math.sin((i / steps) * angle) / Math.sin(angle),
    ];
    const w = u.map((c, k) => f * c + g * v[k]);
    const here = [Math.atan2(w[1], w[0]) / rad, Math.atan2(w[2], Math.hypot(w[0], w[1])) / rad];
    const piece = pieces[pieces.length - 1];
    if (piece.length > 0 && Math.abs(piece[piece.length - 1][0] - here[0]) > 180) pieces.push([here]);
    else piece.push(here);
  }
  return pieces;
}

/** Points of a straight line in the picture. */
function straight(a, b) {
  return Array.from({ length: 9 }, (_, i) => [a.x + ((b.x - a.x) * i) / 8, a.y + ((b.y - a.y) * i) / 8]);
}
