using System.Globalization;
using System.Text;
using Xunit.Abstractions;

namespace Pulse.Mqtt.IntegrationTests.RealBroker;

/// <summary>Ours and Debian's Mosquitto decide alike, on files, identities and topics nobody has seen before.</summary>
public sealed class DifferentialTests(ITestOutputHelper output)
{
    private const string Oracle = "pulse-oracle";
    private const int Clients = 4;
    private const int Topics = 25;

    [Fact]
    public Task Two_thousand_fresh_decisions_are_the_brokers() => CompareAsync(2_000);

    [Fact]
    [Trait("Category", "Soak")]
    public Task A_hundred_thousand_fresh_decisions_are_the_brokers() => CompareAsync(100_000);

    [Fact]
    public Task Forty_fresh_files_are_taken_or_refused_as_by_the_broker() => CompareFilesAsync(40);

    [Fact]
    [Trait("Category", "Soak")]
    public Task Two_thousand_fresh_files_are_taken_or_refused_as_by_the_broker() => CompareFilesAsync(2_000);

    private async Task CompareAsync(int wanted)
    {
        var (seed, random) = Seeded();
        var acl = new RandomAcl(random);
        await using var broker = await MosquittoBroker.StartAsync($"user {Oracle}\ntopic write start\n");
        await using var oracle = await BrokerClient.ConnectAsync(broker.Port, "pulse-oracle-id", Oracle);
        var (compared, granted) = (0, 0);
        for (var round = 0; compared < wanted; round++)
        {
            var topics = Enumerable.Range(0, Topics).Select(_ => acl.Topic()).Distinct().ToList();
            var generation = string.Create(CultureInfo.InvariantCulture, $"generation/{round}");
            var file = acl.File([.. topics, generation], Oracle);
            var document = Parse(file, seed);
            await File.WriteAllTextAsync(broker.AclFile, file);
            await broker.HangUpAsync();
            await Eventually.HoldsAsync(() => oracle.MayPublishAsync(generation), $"round {round} of seed {seed} in force: {file}");

            foreach (var _ in Enumerable.Range(0, Clients))
            {
                var (clientId, user) = (acl.ClientId(), acl.User());
                var theirs = await AskAsync(broker, oracle, clientId, user, topics);
                var client = new AclClient(clientId, user);
                for (var i = 0; i < topics.Count; i++)
                {
                    var topic = Encoding.UTF8.GetBytes(topics[i]);
                    var write = document.Check(client, AclAccess.Write, topic);
                    Assert.True(write.Allowed == theirs.Write[i], $"seed {seed}, round {round}: {clientId} {user} write '{topics[i]}': ours {write}, theirs {theirs.Write[i]} in\n{file}");
                    compared++;
                    granted += write.Allowed ? 1 : 0;
                    if (theirs.Read[i] is { } mayRead)
                    {
                        var read = document.Check(client, AclAccess.Read, topic);
                        Assert.True(read.Allowed == mayRead, $"seed {seed}, round {round}: {clientId} {user} read '{topics[i]}': ours {read}, theirs {mayRead} in\n{file}");
                        compared++;
                        granted += read.Allowed ? 1 : 0;
                    }
                }
            }
        }

        output.WriteLine($"seed {seed}: {compared} decisions, {granted} granted");
        Assert.InRange(granted, compared / 100, compared / 2);
    }

    private static async Task<(bool[] Write, bool?[] Read)> AskAsync(MosquittoBroker broker, BrokerClient oracle, string clientId, string? user, List<string> topics)
    {
        await using var client = await BrokerClient.ConnectAsync(broker.Port, clientId, user);
        var write = await client.PublishAsync(topics);

        // Whoever subscribes to "$share…" asks for something else.
        await client.SubscribeAsync(topics.Where(static topic => !topic.StartsWith("$share", StringComparison.Ordinal)));
        var published = await oracle.PublishAsync(topics, "r");
        await client.PingAsync();
        var received = client.Received.ToHashSet(StringComparer.Ordinal);
        return (write, [.. topics.Select((topic, index) => published[index] ? received.Contains($"r{index}") : (bool?)null)]);
    }

    private async Task CompareFilesAsync(int files)
    {
        var (seed, random) = Seeded();
        var acl = new RandomAcl(random);
        var folder = Directory.CreateTempSubdirectory("pulse-files-");
        var refused = 0;
        for (var i = 0; i < files; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 3)).Select(_ => acl.AnyLine() + "\n"));
            var ours = AclDocument.Parse(Encoding.UTF8.GetBytes(text), AclDialect.Mosquitto20).Succeeded;
            var theirs = await MosquittoBroker.AcceptsAsync(folder.FullName, Encoding.UTF8.GetBytes(text));
            Assert.True(ours == theirs, $"seed {seed}: ours {ours}, theirs {theirs}: {Convert.ToHexString(Encoding.UTF8.GetBytes(text))}\n{text}");
            refused += ours ? 0 : 1;
        }

        folder.Delete(recursive: true);
        output.WriteLine($"seed {seed}: {files} files, {refused} refused");
        Assert.InRange(refused, 1, files - 1);
    }

    private static AclDocument Parse(string file, int seed)
    {
        var parsed = AclDocument.Parse(Encoding.UTF8.GetBytes(file), AclDialect.Mosquitto20);
        Assert.True(parsed.Succeeded, $"seed {seed}: {string.Join("; ", parsed.Diagnostics)} in\n{file}");
        return parsed.Document;
    }

    private (int Seed, Random Random) Seeded()
    {
        var given = Environment.GetEnvironmentVariable("PULSE_ACL_SEED");
        var seed = given is null ? Random.Shared.Next() : int.Parse(given, CultureInfo.InvariantCulture);
        output.WriteLine($"seed {seed}; PULSE_ACL_SEED={seed} repeats it");
        return (seed, new Random(seed));
    }
}
