package io.pulsewarden.keys.erasure;

/** How far an erasure is. */
enum ErasureState {
  /** One person asked for it. */
  REQUESTED,
  /** Another confirmed it; it can be called off until it is due. */
  CONFIRMED,
  /** It will not happen. */
  CALLED_OFF,
  /** The keys are gone; who held them has not said yet that they are forgotten. */
  DESTROYED,
  /** Nobody holds a key any more, and the receipt is signed. */
  COMPLETED
}
