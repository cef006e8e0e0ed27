/** What holds the contracts: golden bytes, the released fields, the topic list and its document. */
@NullMarked
package io.pulsewarden.contracts;

import org.jspecify.annotations.NullMarked;
