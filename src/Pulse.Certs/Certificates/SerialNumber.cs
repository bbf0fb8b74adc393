using System.Security.Cryptography;

namespace Pulse.Certs;

/// <summary>Serial numbers: 16 random octets, of which the first is 0x40 to 0x7F, so positive and of one length (126 bits of chance).</summary>
internal static class SerialNumber
{
    public const int Length = 16;

    public static byte[] Create()
    {
        var serial = RandomNumberGenerator.GetBytes(Length);
        serial[0] = (byte)((serial[0] & 0x3F) | 0x40);
        return serial;
    }

    /// <summary>Reads hexadecimal digits of either case; false for anything else and for more than 20 octets.</summary>
    public static bool TryParse(string? text, out byte[] serial)
    {
        serial = [];
        if (string.IsNullOrEmpty(text) || text.Length > 40 || text.Length % 2 != 0)
        {
            return false;
        }

        if (!text.All(char.IsAsciiHexDigit))
        {
            return false;
        }

        serial = Convert.FromHexString(text);
        return true;
    }
}
