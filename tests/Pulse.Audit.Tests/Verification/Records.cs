using System.Text;
using System.Text.Json.Nodes;

namespace Pulse.Audit.Tests.Verification;

/// <summary>Records as nobody writes them.</summary>
internal static class Records
{
    /// <summary>The record with one member replaced; the member is JSON.</summary>
    public static byte[] With(byte[] record, string member)
    {
        var root = JsonNode.Parse(record)!.AsObject();
        foreach (var (name, value) in JsonNode.Parse($"{{{member}}}")!.AsObject())
        {
            root[name] = value?.DeepClone();
        }

        return Encoding.UTF8.GetBytes(root.ToJsonString());
    }

    public static byte[] Without(byte[] record, string member)
    {
        var root = JsonNode.Parse(record)!.AsObject();
        root.Remove(member);
        return Encoding.UTF8.GetBytes(root.ToJsonString());
    }
}
