using System.Globalization;
using System.Text;
using Pulse.Benchmarks.Ratios;
using Pulse.Mqtt;

namespace Pulse.Benchmarks.Mqtt;

/// <summary>One decision over 10,000 rules of 1,000 users, against reading the same rules from the first to the last.</summary>
internal sealed class AclCheckRatio : Ratio
{
    private const int Users = 1_000;
    private const int RulesPerUser = 10;

    // A prime step visits all users in an order no cache foresees.
    private const int Step = 617;

    private readonly LinearAcl _linear = new();
    private readonly AclClient[] _clients = new AclClient[Users];
    private readonly byte[][] _names = new byte[Users][];
    private readonly byte[][] _topics = new byte[Users][];
    private AclDocument _document = null!;

    public override string Name => "mqtt.acl.check";

    public override string PeerName => "linear scan";

    public override ValueTask PrepareAsync()
    {
        var file = new StringBuilder();
        for (var user = 0; user < Users; user++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"tenant-{user % 20}:device-{user:0000}");
            var device = string.Create(CultureInfo.InvariantCulture, $"tenant/tenant-{user % 20}/device/device-{user:0000}");
            file.Append(CultureInfo.InvariantCulture, $"user {name}\n");
            for (var rule = 0; rule < RulesPerUser; rule++)
            {
                var filter = rule % 2 == 0
                    ? string.Create(CultureInfo.InvariantCulture, $"{device}/channel/{rule}")
                    : string.Create(CultureInfo.InvariantCulture, $"{device}/channel/{rule}/+");
                file.Append(CultureInfo.InvariantCulture, $"topic write {filter}\n");
                _linear.Add(Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(filter));
            }

            _clients[user] = new AclClient(name, name);
            _names[user] = Encoding.UTF8.GetBytes(name);

            // Three in four are allowed, by different rules; the fourth is refused after all rules were looked at.
            _topics[user] = Encoding.UTF8.GetBytes((user % 4) switch
            {
                0 => device + "/channel/0",
                1 => device + "/channel/5/value",
                2 => device + "/channel/8",
                _ => device + "/channel/none",
            });
        }

        var parsed = AclDocument.Parse(Encoding.UTF8.GetBytes(file.ToString()), AclDialect.Strict);
        _document = parsed.Document
            ?? throw new InvalidOperationException("The ACL file is refused: " + string.Join(", ", parsed.Diagnostics));
        for (var user = 0; user < Users; user++)
        {
            if (Ours(user) != Peer(user) || Ours(user) != (user % 4 != 3))
            {
                throw new InvalidOperationException($"Ours and the peer disagree about user {user}.");
            }
        }

        return ValueTask.CompletedTask;
    }

    public override ValueTask RunOursAsync(int operations)
    {
        for (var (done, user) = (0, 0); done < operations; done++, user = (user + Step) % Users)
        {
            Ours(user);
        }

        return ValueTask.CompletedTask;
    }

    public override ValueTask RunPeerAsync(int operations)
    {
        for (var (done, user) = (0, 0); done < operations; done++, user = (user + Step) % Users)
        {
            Peer(user);
        }

        return ValueTask.CompletedTask;
    }

    private bool Ours(int user) => _document.Check(_clients[user], AclAccess.Write, _topics[user]).Allowed;

    private bool Peer(int user) => _linear.Allows(_names[user], _topics[user]);
}
