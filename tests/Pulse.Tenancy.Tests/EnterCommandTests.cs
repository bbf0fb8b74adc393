using System.Data;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace Pulse.Tenancy.Tests;

public sealed class EnterCommandTests
{
    private const string Plain = "SELECT pg_catalog.set_config('role', 'pulse_app', true), pg_catalog.set_config('app.tenant_id', $1, true)";
    private static readonly TenantId Acme = TenantId.Parse("acme");
    private static readonly EnterCommand Enter = new("pulse_app", new PlainMark());

    [Fact]
    public void A_plain_scope_adds_nothing()
    {
        var command = Enter.Create(Acme, new TenantScopeOptions());

        Assert.Equal(Plain, command.CommandText);
        Assert.Equal(["acme"], Values(command));
    }

    [Fact]
    public void Read_only_and_time_travel_with_the_switch()
    {
        var command = Enter.Create(Acme, new TenantScopeOptions { ReadOnly = true, StatementTimeout = TimeSpan.FromMilliseconds(1500.2) });

        Assert.Equal(Plain + ", pg_catalog.set_config('transaction_read_only', 'on', true), pg_catalog.set_config('statement_timeout', $2, true)", command.CommandText);
        Assert.Equal(["acme", "1501"], Values(command));
    }

    [Fact]
    public void A_sealed_switch_carries_the_seal_as_a_parameter_only()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var seal = new TenantSeal(
            new TenantSealOptions { KeyId = "k1", Secret = Convert.ToBase64String(Enumerable.Repeat((byte)7, 32).ToArray()), Lifetime = TimeSpan.FromSeconds(30) }, time);

        var command = new EnterCommand("pulse_app", seal).Create(Acme);

        Assert.Equal("SELECT pg_catalog.set_config('role', 'pulse_app', true), pg_catalog.set_config('pulse.ctx', $1, true)", command.CommandText);
        // printf k1.acme.1767225630 | openssl dgst -sha256 -mac HMAC -macopt hexkey:0707…07
        Assert.Equal(["k1.acme.1767225630.12a495c0cd33bbb82b150f009234f30d317f1663195813d3303ed63eb1e11eed"], Values(command));
    }

    [Theory]
    [InlineData("42501", true)]
    [InlineData("22012", false)]
    public void Only_a_privilege_refused_at_the_first_command_is_a_refused_switch(string sqlState, bool expected)
    {
        using var batch = new NpgsqlBatch();
        batch.BatchCommands.Add(Enter.Create(Acme));

        Assert.Equal(expected, EnterCommand.WasRefused(new PostgresException("text", "ERROR", "ERROR", sqlState), batch));
    }

    [Theory]
    [InlineData(31, false)]
    [InlineData(32, true)]
    [InlineData(64, true)]
    public void A_secret_has_at_least_32_bytes(int bytes, bool expected) =>
        Assert.Equal(expected, TenantSeal.IsSecret(Convert.ToBase64String(new byte[bytes])));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("this is no base64 but longer than thirty-two bytes")]
    public void What_is_no_base64_is_no_secret(string? text) => Assert.False(TenantSeal.IsSecret(text));

    [Fact]
    public void Scope_options_hold_their_ranges()
    {
        Assert.Equal((IsolationLevel.Unspecified, false, null), Parts(new TenantScopeOptions()));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TenantScopeOptions { Isolation = IsolationLevel.Chaos });
        Assert.Throws<ArgumentOutOfRangeException>(() => new TenantScopeOptions { StatementTimeout = TimeSpan.Zero });
        Assert.Throws<ArgumentOutOfRangeException>(() => new TenantScopeOptions { StatementTimeout = TimeSpan.FromDays(24) + TimeSpan.FromTicks(1) });
        Assert.Equal(TimeSpan.FromDays(24), new TenantScopeOptions { StatementTimeout = TimeSpan.FromDays(24) }.StatementTimeout);
        Assert.Equal(TimeSpan.FromTicks(1), new TenantScopeOptions { StatementTimeout = TimeSpan.FromTicks(1) }.StatementTimeout);
        Assert.Null(new TenantScopeOptions { StatementTimeout = null }.StatementTimeout);

        static (IsolationLevel, bool, TimeSpan?) Parts(TenantScopeOptions options) => (options.Isolation, options.ReadOnly, options.StatementTimeout);
    }

    [Theory]
    [InlineData(IsolationLevel.Unspecified)]
    [InlineData(IsolationLevel.ReadUncommitted)]
    [InlineData(IsolationLevel.ReadCommitted)]
    [InlineData(IsolationLevel.RepeatableRead)]
    [InlineData(IsolationLevel.Snapshot)]
    [InlineData(IsolationLevel.Serializable)]
    public void Every_level_of_PostgreSQL_can_be_asked_for(IsolationLevel level) =>
        Assert.Equal(level, new TenantScopeOptions { Isolation = level }.Isolation);

    private static IEnumerable<object?> Values(NpgsqlBatchCommand command) => command.Parameters.Cast<NpgsqlParameter>().Select(parameter => parameter.Value);
}
