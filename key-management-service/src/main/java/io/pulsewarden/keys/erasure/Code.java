package io.pulsewarden.keys.erasure;

import java.util.regex.Pattern;

/**
 * A reason or legal basis as a code, such as {@code patient-request} or {@code gdpr-17-1-b}. Never
 * free text: it goes into the audit log, where nothing is sealed.
 */
record Code(String text) {

  private static final Pattern FORM = Pattern.compile("[a-z0-9]+(-[a-z0-9]+){0,9}");
  private static final int LIMIT = 64;

  Code {
    if (text.length() > LIMIT || !FORM.matcher(text).matches()) {
      throw new IllegalArgumentException("not a code");
    }
  }
}
