namespace Pulse.Auth.Tests;

/// <summary>
/// RSA keys that sign nothing but these tests' tokens (PKCS #8, Base64). Finding primes costs a process more than most tests do,
/// and mutation testing starts a process for every mutant.
/// </summary>
internal static class FixedKeys
{
    public const string Rsa =
        "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQDGSMI1GY0Yl3c0dh3fioVGG5xIptTsBfF5w/oTufrdGSFviNE02nd2QnJGm0Y7BDu7" +
        "Bm9WKyivOv0N0Simkstv7+XgKhR2yfJorn9qANfX9yEwfjf7ar6R4sNs/0zap377Bi7dMMxzUN/CW+d5JTI7PkVVn2HBMf0itJ0zyJi1fNpLH/ed9lRp" +
        "RQlayiuHcfuv51oMDfXCtsQnwRtk3/2V8KLqGKuwZpNtvsTht+Lu+T5PslQJAfcqinDNuD3NgSS2ugyrt0I/Sac8M8Ac58p8WZufkd9O6x0Sh1NEeM+3" +
        "54ygfc5lWV0YJLjWX12MFavOh+66LO5siDrEt+Ch+oATAgMBAAECggEAFywrnh8FUUlqQfRH23cJyj6xzf/JRGgRZ2SS1jlW6v3j3XAE2wNpEKYFSuEc" +
        "nQsKm/nNiylyEMB5EGNQN99R7RwBJmhkidlh/f/enhnJH9EezNcDXduEt/HjWtqfNbJ7cYSwd2MbkaJy8/jfnVXOgAPwAGim+PgJmEO5V3Lq/dKLwiIv" +
        "SSmZMDBNtuhSZqXxJr2qH44UDyA+ozB8utTNIa7fmpPPMoDBy0epd8EsVtjd09zT9p4ovxzaoYd2DpU6oTgrYAcuiR+2bp/8jpDKcDifHBZNsFdVB6gT" +
        "cr6WWeXpjLca3upYho4ieaflJbKkPBt7eg/pDsYjzfSF4JNrOQKBgQDveTFUsCg9lmffDAFmhMwqp3RG1A9x9E2i4AqdWJZfLxNdUMXLWNUYLjC7qU1L" +
        "ITieoCm3rP4LCNq7+seJrk1uwd3oL+u4GdAdykO+ne7M1mLDH2TzIbrEZPa/CE7+wIZ1EGpirR8BaHzSphrmB4XX4m0d/l00icRSRO2SNbi3vwKBgQDT" +
        "998DWQCD7drLm8Kb7q6Df4xIJ/odnryiBIZlmpeiIRLGeDgtcUX/m+RhahBo8QrFTCxl1CxSGfH2dRSdl5abgKYbuD3mdIyjIyzEE4iu/9/wTw+MujUD" +
        "cf+UPbMfMohAOD9JsU1DBaK3oojCmnZLKByRPevD9Qq/0W+Y486srQKBgQC6gEhLDGZKkLiUnWT50rKvBXspLj5ZIUrVbmbV5Ag4WRFbu2xP0f8jtdV+" +
        "UXxA5r6Ry2qyAahYL60qeUStlXH4sEOCcM/DsVbD3KKl8ZnpLY39KJYWRE6QZZFFddMP1CDjSsWP1AQxtI6B/5szSuiSGWWh1lgAcsrSx5u+ItiZQQKB" +
        "gFgnpmBGC6jSq0Qyq2UehwW5biY0OhlHgzv+lcZ73MRY7O4N4Y9EpNABjaHV8q0yUkBrxasz6pran37YgpJoEQLrJioxHc1Se4r9fgit9xKQ6BmRR+5H" +
        "IvUj3B9S6cP3yCKtQeTsEC3nkhy9RBNrGfd33ymojv0YVDgiaj8zvyihAoGAP+46iN7n495tu+TSSfECdt21TIVYD36HqHKrydx8YIxLLk0IcXGHhdJU" +
        "eIzaDiiPgWpf5FsQ7LQb146G3XmbafwNpcB/zaelaB/Wq+ltuPj3lNkMpUI5donfBnqtqjQ/lbZRWEJTEOpuFrtLiRw5cSMKWVTdA7JWT5cmXWNyRGg=";

    public const string OtherRsa =
        "MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQDBJ/+dQXi+n2I/pWF/7lndh4m/9/SzFXTz8drtonw9AQAgvQ+u4NYo82fBDhhsOpVT" +
        "BdE53sOq9tJSzsysqicJ47GDOpnQhZnnT2NMLvm5yNho4H8PomqNQTZGXv1GrmQTQD9RbDpZaNW0a39yiXn99KYICJIKpKVq8qE199D1WlRmhvuKJsHV" +
        "ri1eSocx75m4086dRbQPn3NfBENSBKkvxiJBsrlkLfmEJJ7f56KtNBcZ49/nMxXy5yp9u4O+dIswg9UIN1txXTTaGeIcQ29i/vqotTVxfFuAcJ32kUBI" +
        "bMcqYY4DlO0dI/au6QMerE3usNqnYGldNz+jqBTigjTxAgMBAAECggEAAxUGD2aSzGnjKbRUHrQ5M199C3bjrPLf85+NmIKh/GA2dg9GP4pfaHZf1rUI" +
        "nzt9E/7RBJ0hHqqDFyatHek2J8J+G+O0vh7PoqEB6t6KBhSmHWBNrrxu+lOKz+smm/je6G67Q+uX78LMPC2F8lguveZoOtMWL3zKle8Ksv+CElQoTolD" +
        "m4Rmm8euFMCCqGLuKOltJxAwIdacpN5EQerfgJBgHrBmt8TSI8R1xal6CQNYBpZe7ysAMxE1A6C1WWMHWtCEIGXTDtp5J7UcYjdLeWUONRy24gHtbfQq" +
        "B7rTBQc2xcqj8dp2kAAOcLtOjK5e640GOhj94926D7eY/cj4AQKBgQDrKH+/IBDqI9T9Un3/l/lV6mV9iA6zyWrgNVSKbX71m5JlRdVEtKLWs6ZF4vt2" +
        "oNyaPgbXh7vDn5sutUfRX/olbdwwm/XZxBTlbllQpbIMlDMtH0GBlVyRrmQu0fed72QVBA4/XNHWK1iV9XRrgR/GXPDDce8/qKdEHaCevXFuAQKBgQDS" +
        "RoSJ4tTBjqYenubOfxLVgFGJc2EuaaRE9Dgq7LDtrFhKdnGVM9k/7I9Z/52ao6hyKmiQSfCHvIXMNbNpZS3G7F0db8Gb8wr8VACvAQUhRvxe6EUhajdN" +
        "+weab/kbQQwr/2xnEl/X+oRWzPqc4a8k321Hteig5Y4aYdIql2Wm8QKBgQCUtGiMERgBKCWRB/Bbh9wJQ49oYXiCopUuMStD2lgVsopR9mYV63Cp+rLj" +
        "sNS5wKGf/CdRdij7XNvCHqrKsTm7H4zFRGqkicV5DF34jL9aCwGNwB0pd60xBqmdnfNK8U5Fp+nmkai0GXcMZUp4jQ/t3Wn2/f6AMAOOJHokx8GKAQKB" +
        "gBKS8hAv/jUewaPAy4iABwze6dTnYTU1VbJVlESOZc6Iw7/IGJ5iVxVjcwIzJxvKyw1Sm6vrLBkBWRxBvhhYPKPuqwb3oTWCUX0aenj68RYQbCiCAeFC" +
        "vaHgw7orm+iBZW7ZgBzWraqpUVlNf/GtqcfrCH8mHWdg/51q+KKUfwExAoGBAIZgK6Nq5tYzd6bqiZbBzVM/Eyzwo0k4/0lCMq262FYN85kntbN3qk6C" +
        "QfpqNGHQHR2YIKGePy4MoAuDB1a0+f3eXKnX/4ft6RQRn6Vc1nVPJNM0R0aYo7g4Z+wZXM2a6wJhq0X1o6OCQH1fkZ8Wj7bWfV6+XDVxJxBFkUmknRzO";
}
