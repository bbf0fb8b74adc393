using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace Pulse.Mqtt.Tests;

/// <summary>Misuse is refused by name, before anything is done.</summary>
public sealed class ArgumentTests
{
    private static readonly AclDocument Rules = AclDocument.Parse("topic read a\n"u8).Document!;

    public static TheoryData<string, Action> Misuses => new()
    {
        { "client", static () => Rules.Check(null!, AclAccess.Read, "a"u8) },
        { "client", static () => Rules.CheckSubscribe(null!, "a"u8) },
        { "client", static () => Rules.For(null!) },
        { "client", static () => Rules.Explain(null!, AclAccess.Read, "a"u8) },
        { "client", static () => Rules.ExplainSubscribe(null!, "a"u8) },
        { "clientId", static () => _ = new AclClient(null!, null) },
        { "userName", static () => _ = new AclServiceAccount(null!) },
        { "devices", static () => AclWriter.Write(null!, []) },
        { "accounts", static () => AclWriter.Write([], null!) },
        { "accounts", static () => AclWriter.Write([], [null!]) },
        { "filter", static () => AclWriter.Write([], [new AclServiceAccount("a") { Read = { "" } }]) },
        { "configuration", static () => MosquittoConfigLinter.Lint(null!, default) },
        { "options", static () => new MosquittoOptionsValidator().Validate(null, null!) },
        { "options", static () => new PulseMqttOptionsValidator().Validate(null, null!) },
        { "reason", static () => DeviceTrustVerdict.Refused("") },
        { "app", static () => PulseMqttApplicationBuilderExtensions.UsePulseMqttWebSockets(null!) },
        { "kestrel", static () => PulseMqttKestrelExtensions.ListenPulseMqtt(null!) },
    };

    [Theory]
    [MemberData(nameof(Misuses))]
    public void Misuse_is_refused_by_name(string parameter, Action misuse) => Assert.Equal(parameter, Assert.ThrowsAny<ArgumentException>(misuse).ParamName);

    [Fact]
    public void An_identity_nobody_parsed_makes_no_verdict() => Assert.Throws<InvalidOperationException>(static () => DeviceTrustVerdict.Trusted(default));
}
