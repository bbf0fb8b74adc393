using System.Globalization;

namespace Pulse.Audit;

/// <summary>The text of a checkpoint (C2SP tlog-checkpoint): the log's name, the number of leaves, the root.</summary>
internal sealed record TreeHead(string Origin, long Size, byte[] Root)
{
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Origin}\n{Size}\n{Convert.ToBase64String(Root)}\n");

    /// <returns>Null when the lines are no checkpoint's. Extension lines are passed over, as the format asks.</returns>
    public static TreeHead? Parse(string[] lines)
    {
        if (lines.Length < 3 || lines.Any(string.IsNullOrEmpty))
        {
            return null;
        }

        var isNumber = long.TryParse(lines[1], NumberStyles.None, CultureInfo.InvariantCulture, out var size);
        if (!isNumber || (lines[1].Length > 1 && lines[1][0] == '0'))
        {
            return null;
        }

        return ReadHash(lines[2]) is { } root ? new TreeHead(lines[0], size, root) : null;
    }

    /// <returns>Null when the text is not the base64 of a hash.</returns>
    public static byte[]? ReadHash(string text)
    {
        var bytes = new byte[MerkleFrontier.HashBytes + 1];
        var isBase64 = Convert.TryFromBase64String(text, bytes, out var length);
        return isBase64 && length == MerkleFrontier.HashBytes && text.Length == 44 ? bytes[..length] : null;
    }
}
