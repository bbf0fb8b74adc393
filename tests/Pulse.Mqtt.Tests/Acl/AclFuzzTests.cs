using System.Text;

namespace Pulse.Mqtt.Tests.Acl;

/// <summary>The seeds a fuzzer starts from, and bytes near them: whatever a file holds, it is read without an exception and decided one way.</summary>
public sealed class AclFuzzTests
{
    private const int Mutations = 60;

    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Acl", "Seeds");

    private static readonly string[] Asked = ["a", "a/b", "#", "", "/", "$SYS/x", "$share/g/a", "tenant/t/device/d/telemetry", "d/al/x", "a/7/x", "b/7", "read", "\uFFFD"];

    public static TheoryData<string> Seeds => [.. Directory.GetFiles(Folder).Select(static file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_seed_and_what_is_near_it_is_read_without_an_exception(string seed)
    {
        var bytes = File.ReadAllBytes(Path.Combine(Folder, seed));
        Replay(bytes);

        var random = new Random(20_011);
        for (var i = 0; i < Mutations; i++)
        {
            Replay(Mutate(bytes, random));
        }
    }

    [Fact]
    public void There_are_seeds() => Assert.True(Directory.GetFiles(Folder).Length >= 20);

    private static void Replay(byte[] file)
    {
        var broker = AclDocument.Parse(file, AclDialect.Mosquitto20);
        var strict = AclDocument.Parse(file, AclDialect.Strict);

        Assert.True(broker.Succeeded || !strict.Succeeded, "Strict took what the broker refuses.");
        Assert.Equal(broker.Succeeded, !broker.Diagnostics.Any(static found => found.Severity == AclSeverity.Error));
        foreach (var result in new[] { broker, strict }.Where(static result => result.Succeeded))
        {
            Decide(result.Document!);
        }
    }

    private static void Decide(AclDocument document)
    {
        foreach (var client in new[] { new AclClient("cid", "al"), new AclClient("t:d", "t:d"), new AclClient("+", null), new AclClient("", "a/b") })
        {
            var view = document.For(client);
            foreach (var asked in Asked)
            {
                var topic = Encoding.UTF8.GetBytes(asked);
                Assert.Equal(document.Check(client, AclAccess.Read, topic), view.Check(AclAccess.Read, topic));
                Assert.Equal(document.Check(client, AclAccess.Write, topic), document.Explain(client, AclAccess.Write, topic).Decision);
                Assert.Equal(document.CheckSubscribe(client, topic), view.CheckSubscribe(topic));
                Assert.Equal(document.CheckSubscribe(client, topic), document.ExplainSubscribe(client, topic).Decision);
            }
        }
    }

    private static byte[] Mutate(byte[] file, Random random)
    {
        var changed = file.ToList();
        for (var changes = random.Next(1, 4); changes > 0; changes--)
        {
            var at = random.Next(changed.Count + 1);
            switch (random.Next(4))
            {
                case 0:
                    changed.Insert(at, " \t\n\r\0#+/%$cu\u007F"u8[random.Next(13)]);
                    break;
                case 1 when at < changed.Count:
                    changed[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2 when at < changed.Count:
                    changed.RemoveAt(at);
                    break;
                default:
                    changed.RemoveRange(at, changed.Count - at);
                    break;
            }
        }

        return [.. changed];
    }
}
