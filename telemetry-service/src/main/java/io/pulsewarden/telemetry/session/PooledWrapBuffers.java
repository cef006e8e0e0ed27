package io.pulsewarden.telemetry.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.PooledByteBufAllocator;

/**
 * A connection's buffers, but those on the heap from a pool. With the JDK's TLS Netty takes a heap
 * buffer of a whole TLS record, 16 KiB and more, for whatever it encrypts, and Vert.x makes each
 * anew: for a PUBACK of four bytes too. Netty gives it back once it is written. Thread-safe.
 */
final class PooledWrapBuffers implements ByteBufAllocator {

  private static final ByteBufAllocator POOL = PooledByteBufAllocator.DEFAULT;

  private final ByteBufAllocator others;

  PooledWrapBuffers(ByteBufAllocator others) {
    this.others = others;
  }

  @Override
  public ByteBuf heapBuffer() {
    return POOL.heapBuffer();
  }

  @Override
  public ByteBuf heapBuffer(int initialCapacity) {
    return POOL.heapBuffer(initialCapacity);
  }

  @Override
  public ByteBuf heapBuffer(int initialCapacity, int maxCapacity) {
    return POOL.heapBuffer(initialCapacity, maxCapacity);
  }

  @Override
  public ByteBuf buffer() {
    return others.buffer();
  }

  @Override
  public ByteBuf buffer(int initialCapacity) {
    return others.buffer(initialCapacity);
  }

  @Override
  public ByteBuf buffer(int initialCapacity, int maxCapacity) {
    return others.buffer(initialCapacity, maxCapacity);
  }

  @Override
  public ByteBuf ioBuffer() {
    return others.ioBuffer();
  }

  @Override
  public ByteBuf ioBuffer(int initialCapacity) {
    return others.ioBuffer(initialCapacity);
  }

  @Override
  public ByteBuf ioBuffer(int initialCapacity, int maxCapacity) {
    return others.ioBuffer(initialCapacity, maxCapacity);
  }

  @Override
  public ByteBuf directBuffer() {
    return others.directBuffer();
  }

  @Override
  public ByteBuf directBuffer(int initialCapacity) {
    return others.directBuffer(initialCapacity);
  }

  @Override
  public ByteBuf directBuffer(int initialCapacity, int maxCapacity) {
    return others.directBuffer(initialCapacity, maxCapacity);
  }

  @Override
  public CompositeByteBuf compositeBuffer() {
    return others.compositeBuffer();
  }

  @Override
  public CompositeByteBuf compositeBuffer(int maxNumComponents) {
    return others.compositeBuffer(maxNumComponents);
  }

  @Override
  public CompositeByteBuf compositeHeapBuffer() {
    return others.compositeHeapBuffer();
  }

  @Override
  public CompositeByteBuf compositeHeapBuffer(int maxNumComponents) {
    return others.compositeHeapBuffer(maxNumComponents);
  }

  @Override
  public CompositeByteBuf compositeDirectBuffer() {
    return others.compositeDirectBuffer();
  }

  @Override
  public CompositeByteBuf compositeDirectBuffer(int maxNumComponents) {
    return others.compositeDirectBuffer(maxNumComponents);
  }

  @Override
  public boolean isDirectBufferPooled() {
    return others.isDirectBufferPooled();
  }

  @Override
  public int calculateNewCapacity(int minNewCapacity, int maxCapacity) {
    return others.calculateNewCapacity(minNewCapacity, maxCapacity);
  }
}
