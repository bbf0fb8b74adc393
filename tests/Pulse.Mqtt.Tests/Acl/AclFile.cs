using System.Text;

namespace Pulse.Mqtt.Tests.Acl;

/// <summary>ACL files as the tests write them.</summary>
internal static class AclFile
{
    public static AclDocument Load(string file, AclDialect dialect = AclDialect.Mosquitto20)
    {
        var result = AclDocument.Parse(Encoding.UTF8.GetBytes(file), dialect);
        Assert.True(result.Succeeded, string.Join("; ", result.Diagnostics));
        return result.Document;
    }

    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
