using System.Text;

namespace Pulse.Auth;

/// <summary>Judges a whole document before another parser reads it.</summary>
internal static class StrictJson
{
    /// <summary>
    /// Whether a text is one JSON object without repeated members, bytes after it, or more depth and members than
    /// <see cref="StrictJsonReader"/> allows: what Microsoft's parsers settle by "the last one wins".
    /// </summary>
    public static bool IsObject(string text)
    {
        var reader = new StrictJsonReader(Encoding.UTF8.GetBytes(text), new uint[StrictJsonReader.NameSlots]);
        return reader.Read() == JsonToken.ObjectStart && reader.Skip() && reader.Read() == JsonToken.End;
    }
}
