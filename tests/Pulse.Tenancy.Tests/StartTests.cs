using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using static Pulse.Tenancy.Tests.DoctorCatalog;

namespace Pulse.Tenancy.Tests;

/// <summary>What keeps a host from starting, with answers of a server that is not there.</summary>
public sealed class StartTests
{
    private readonly FakeLogCollector _log = new();
    private readonly Logins _logins = new();
    private CatalogSnapshot _catalog = Sound;

    [Fact]
    public async Task Sound_logins_are_examined_one_by_one_and_told()
    {
        await StartAsync(services: services => services.AddSingleton<IOperatorAccessRecorder, NoRecorder>(), options: Operators);

        Assert.Equal(["AppConnectionString", "OperatorConnectionString"], _logins.Examined);
        Assert.Equal([2003, 2003], _log.GetSnapshot().Where(record => record.Id.Id > 2000).Select(record => record.Id.Id));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Operators_whose_access_nothing_records_are_refused_before_a_login_is_tried(bool reads, bool writes)
    {
        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync(options: options =>
        {
            options.OperatorConnectionString = reads ? "Host=nowhere;Username=op" : null;
            options.OperatorWriteConnectionString = writes ? "Host=nowhere;Username=opw" : null;
        }));

        Assert.Contains("IOperatorAccessRecorder", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(_logins.Examined);
    }

    [Fact]
    public async Task A_login_that_could_see_more_is_refused_with_all_that_is_wrong_with_it()
    {
        _logins.Change = facts => facts with { IsSuperuser = true, Inherits = true };

        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync());

        Assert.StartsWith("Startup refused: the login app of AppConnectionString does not keep tenants apart. It is a superuser", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("; it has INHERIT", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(_log.GetSnapshot(), record => record.Id.Id == 2003);
    }

    [Fact]
    public async Task Only_operators_may_take_a_role_that_bypasses_policies()
    {
        _logins.Change = facts => facts with { RoleBypassesRls = facts.Login == "op" };
        await StartAsync(services: services => services.AddSingleton<IOperatorAccessRecorder, NoRecorder>(), options: Operators);

        _logins.Change = facts => facts with { RoleBypassesRls = true };
        await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync());
    }

    [Fact]
    public async Task Only_a_seal_makes_up_for_an_open_latch()
    {
        _logins.Change = facts => facts with { RoleMayCallSetConfig = true };
        await StartAsync(options: options => options.Seal = new TenantSealOptions { KeyId = "k", Secret = Convert.ToBase64String(new byte[32]) });

        await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync());
    }

    [Theory]
    [InlineData("Production", false, true)]
    [InlineData("Staging", false, true)]
    [InlineData("Development", false, false)]
    [InlineData("Production", true, false)]
    public async Task A_server_below_the_security_floor_is_refused_in_production_and_warned_of_in_development(string environment, bool accepts, bool refused)
    {
        _catalog = Sound with { Server = Sound.Server with { VersionNumber = 150019 } };

        var starting = StartAsync(environment: environment, services: Doctor(options => options.AcceptServerBelowSecurityFloor = accepts));

        if (refused)
        {
            Assert.Contains("T32", (await Assert.ThrowsAsync<InvalidOperationException>(() => starting)).Message, StringComparison.Ordinal);
        }
        else
        {
            await starting;
        }

        var found = Assert.Single(_log.GetSnapshot(), record => record.Id.Id == 2101);
        Assert.Equal(refused ? LogLevel.Error : LogLevel.Warning, found.Level);
        Assert.Equal(refused ? 0 : 1, _log.GetSnapshot().Count(record => record.Id.Id == 2102));
    }

    [Fact]
    public async Task The_doctor_refuses_on_an_error_unless_it_was_told_to_warn_or_the_baseline_accepts_it()
    {
        _catalog = With(Sites with { Forced = false }) with { NotSeen = ["the moon"] };
        await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync(services: Doctor(_ => { })));

        await StartAsync(services: Doctor(options => options.AtStart = DoctorAtStart.Warn));
        await StartAsync(services: Doctor(options => options.Baseline = DoctorBaseline.Parse("""{"version": 1, "accepted": [{"rule": "T02", "object": "table public.sites", "reason": "so"}]}""")));

        Assert.Equal(
            [LogLevel.Error, LogLevel.Information, LogLevel.Error, LogLevel.Information, LogLevel.Information],
            _log.GetSnapshot().Where(record => record.Id.Id == 2101).Select(record => record.Level));
        Assert.EndsWith("1 tenants' tables, 1 findings, 1 accepted.", _log.GetSnapshot().Last(record => record.Id.Id == 2102).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_doctor_that_is_off_looks_at_nothing_and_says_so()
    {
        _catalog = null!;

        await StartAsync(services: Doctor(options => options.AtStart = DoctorAtStart.Off));

        Assert.Equal([2003, 2103], _log.GetSnapshot().Where(record => record.Id.Id > 2000).Select(record => record.Id.Id));
    }

    private static void Operators(PulseTenancyOptions options) => options.OperatorConnectionString = "Host=nowhere;Username=op";

    private static Action<IServiceCollection> Doctor(Action<TenancyDoctorOptions> configure) => services => services.AddPulseTenancyDoctor(configure);

    private async Task StartAsync(
        string environment = "Production", Action<PulseTenancyOptions>? options = null, Action<IServiceCollection>? services = null)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true, EnvironmentName = environment });
        builder.Services.AddSingleton<ILoggerProvider>(new FakeLoggerProvider(_log));
        builder.Services.AddSingleton<ILoginInspector>(_logins);
        builder.Services.AddSingleton<ICatalogSource>(new Catalog(this));
        builder.Services.AddPulseTenancy(wanted =>
        {
            wanted.AppConnectionString = "Host=nowhere;Username=app";
            options?.Invoke(wanted);
        });
        services?.Invoke(builder.Services);
        using var host = builder.Build();
        await host.StartAsync();
        await host.StopAsync();
    }

    private sealed class Logins : ILoginInspector
    {
        public List<string> Examined { get; } = [];

        public Func<LoginFacts, LoginFacts> Change { get; set; } = facts => facts;

        public Task<LoginFacts> InspectAsync(TenancyLogin login, CancellationToken cancellationToken)
        {
            Examined.Add(login.Option);
            var name = login.Role == "pulse_app" ? "app" : "op";
            return Task.FromResult(Change(new LoginFacts { Login = name, CurrentUser = name, Memberships = [login.Role] }));
        }
    }

    private sealed class Catalog(StartTests test) : ICatalogSource
    {
        public Task<CatalogSnapshot> ReadAsync(CancellationToken cancellationToken) => Task.FromResult(test._catalog);
    }

    private sealed class NoRecorder : IOperatorAccessRecorder
    {
        public ValueTask RecordAsync(OperatorAccess access, CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }
}
