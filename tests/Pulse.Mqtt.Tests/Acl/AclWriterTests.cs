using System.Text;

namespace Pulse.Mqtt.Tests.Acl;

public sealed class AclWriterTests
{
    private static readonly string[] Writable = ["telemetry", "heartbeat", "shadow/reported", "commands/ack"];
    private static readonly string[] Readable = ["shadow/desired", "commands"];

    [Theory]
    [InlineData(AclDialect.Strict)]
    [InlineData(AclDialect.Mosquitto20)]
    public void A_device_gets_exactly_its_own_topics(AclDialect dialect)
    {
        var (own, other) = (Key("t1", "d1"), Key("t1", "d2"));
        var document = AclDocument.Parse(Encoding.UTF8.GetBytes(AclWriter.Write([own, other], [])), dialect).Document!;
        var client = new AclClient(own.MqttName, own.MqttName);

        foreach (var suffix in Writable.Concat(Readable))
        {
            var topic = Encoding.UTF8.GetBytes($"tenant/t1/device/d1/{suffix}");
            var foreign = Encoding.UTF8.GetBytes($"tenant/t1/device/d2/{suffix}");
            Assert.Equal(Writable.Contains(suffix), document.Check(client, AclAccess.Write, topic).Allowed);
            Assert.Equal(Readable.Contains(suffix), document.Check(client, AclAccess.Read, topic).Allowed);
            Assert.False(document.Check(client, AclAccess.Write, foreign).Allowed);
            Assert.False(document.Check(client, AclAccess.Read, foreign).Allowed);
            Assert.False(document.Check(client, AclAccess.Write, [.. topic, .. "/deeper"u8]).Allowed);
        }
    }

    [Fact]
    public void A_service_gets_what_it_was_given()
    {
        var account = new AclServiceAccount("svc");
        account.Read.Add("tenant/+/device/+/commands/ack");
        account.Write.Add("tenant/+/device/+/commands");

        Assert.Contains(
            "\nuser svc\ntopic read tenant/+/device/+/commands/ack\ntopic write tenant/+/device/+/commands\n# sha256 ", AclWriter.Write([], [account]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("t1:d1")]
    [InlineData("a\ntopic readwrite #")]
    [InlineData("#")]
    [InlineData("é")]
    public void A_user_name_that_could_be_read_as_more_is_refused(string name) =>
        Assert.Throws<ArgumentException>(() => AclWriter.Write([], [new AclServiceAccount(name)]));

    [Fact]
    public void A_user_name_may_have_64_characters()
    {
        AclWriter.Write([], [new AclServiceAccount(new string('a', 64))]);
        Assert.Throws<ArgumentException>(() => AclWriter.Write([], [new AclServiceAccount(new string('a', 65))]));
    }

    [Theory]
    [InlineData("a\nuser x")]
    [InlineData(" a")]
    [InlineData("a ")]
    [InlineData("a/#/b")]
    [InlineData("a\u007F")]
    [InlineData("a\uD800")]
    public void A_filter_that_could_be_read_as_more_is_refused(string filter)
    {
        var account = new AclServiceAccount("svc");
        account.Read.Add(filter);

        Assert.Throws<ArgumentException>(() => AclWriter.Write([], [account]));
    }

    [Fact]
    public void Equal_sets_give_equal_bytes()
    {
        var (one, two) = (new AclServiceAccount("a"), new AclServiceAccount("b"));

        Assert.Equal(AclWriter.Write([Key("t", "a"), Key("t", "b")], [one, two]), AclWriter.Write([Key("t", "b"), Key("t", "a")], [two, one]));
    }

    [Fact]
    public void A_written_file_has_nothing_to_lint()
    {
        var account = new AclServiceAccount("svc");
        account.Write.Add("tenant/+/device/+/commands");

        Assert.Empty(AclLinter.Lint(Encoding.UTF8.GetBytes(AclWriter.Write([Key("t", "d")], [account])), AclDialect.Mosquitto20));
    }

    [Fact]
    public void The_same_name_twice_is_refused()
    {
        Assert.Throws<ArgumentException>(() => AclWriter.Write([Key("t", "d"), Key("t", "d")], []));
        Assert.Throws<ArgumentException>(() => AclWriter.Write([], [new AclServiceAccount("a"), new AclServiceAccount("a")]));
    }

    private static DeviceKey Key(string tenant, string device) =>
        DeviceKey.TryCreate(tenant, device, out var key) ? key : throw new InvalidOperationException("The test's own device is wrong.");
}
