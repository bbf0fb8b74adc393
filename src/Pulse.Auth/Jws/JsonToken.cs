namespace Pulse.Auth;

internal enum JsonToken
{
    Invalid,
    ObjectStart,
    ObjectEnd,
    ArrayStart,
    ArrayEnd,
    Name,
    String,
    Number,
    True,
    False,
    Null,
    End,
}
