package io.pulsewarden.registry.budget;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Whom an address is counted as. Whoever has an IPv6 address has the 2^64 beside it as well, and
 * would get as many budgets.
 */
public final class Network {

  private static final int PREFIX_BYTES = 8;

  private Network() {}

  /**
   * The address itself, or the first 64 bits of an IPv6 one.
   *
   * @param address literal; anything else stands for itself
   */
  public static String of(String address) {
    try {
      return InetAddress.ofLiteral(address) instanceof Inet6Address six
          ? HexFormat.of().formatHex(Arrays.copyOf(six.getAddress(), PREFIX_BYTES)) + "::/64"
          : address;
    } catch (IllegalArgumentException noLiteral) {
      return address;
    }
  }
}
