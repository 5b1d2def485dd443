/** Something that hangs must not take all that follows with it. @throws {Error} after so many milliseconds. */
export function withinTime<T>(work: Promise<T>, milliseconds: number, what = ''): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const late = () => reject(new Error(`${what} took longer than ${milliseconds / 1000} s`.trimStart()));
    const timer = setTimeout(late, milliseconds);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
