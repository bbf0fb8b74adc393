using System.Globalization;

namespace Pulse.Audit;

/// <summary>
/// What a key says of its successor: from which size on it signs, and what the tree was then. So nothing older can be signed anew
/// by the newer key, nor by whoever has stolen it.
/// </summary>
internal sealed record KeyHandover(string Origin, int Epoch, TreeHead From, byte[] PublicKey)
{
    private const string Suffix = "/key";

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Origin}{Suffix}\n{Epoch}\n{From.Size}\n{Convert.ToBase64String(From.Root)}\n{Convert.ToBase64String(PublicKey)}\n");

    /// <returns>Null when the lines are no handover.</returns>
    public static KeyHandover? Parse(string[] lines)
    {
        if (lines.Length != 5 || !lines[0].EndsWith(Suffix, StringComparison.Ordinal))
        {
            return null;
        }

        var origin = lines[0][..^Suffix.Length];
        var isNumber = int.TryParse(lines[1], NumberStyles.None, CultureInfo.InvariantCulture, out var epoch);
        var from = TreeHead.Parse([origin, lines[2], lines[3]]);
        var key = new byte[lines[4].Length];
        var isKey = Convert.TryFromBase64String(lines[4], key, out var length);
        return isNumber && isKey && from is not null ? new KeyHandover(origin, epoch, from, key[..length]) : null;
    }
}
