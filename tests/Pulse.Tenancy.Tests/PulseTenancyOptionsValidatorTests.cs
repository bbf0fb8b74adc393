namespace Pulse.Tenancy.Tests;

public sealed class PulseTenancyOptionsValidatorTests
{
    private const string App = "Host=db;Database=d;Username=app;Password=hunter2";

    [Fact]
    public void Accepts_three_logins() => Assert.True(Validate(new()
    {
        AppConnectionString = App,
        OperatorConnectionString = "Host=db;Username=op",
        OperatorWriteConnectionString = "Host=db;Username=opw",
    }).Succeeded);

    [Theory]
    [InlineData(";Enlist=false")]
    [InlineData(";No Reset On Close=false")]
    [InlineData(";Options=-c statement_timeout=5000")]
    public void Accepts_the_harmless_forms_of_what_it_refuses(string addition) =>
        Assert.True(Validate(new() { AppConnectionString = App + addition }).Succeeded);

    [Theory]
    [InlineData("", "is not set")]
    [InlineData("   ", "is not set")]
    [InlineData("Password=hunter2;Nonsense=1", "is not a PostgreSQL connection string")]
    [InlineData("Host=db;Port=many", "is not a PostgreSQL connection string")]
    [InlineData("Host=db;Database=d", "names no login")]
    [InlineData(App + ";Multiplexing=true", "Multiplexing=true")]
    [InlineData(App + ";Enlist=true", "Enlist=true")]
    [InlineData(App + ";No Reset On Close=true", "No Reset On Close=true")]
    [InlineData(App + ";Options=-c ROLE=pulse_app", "sets a role")]
    [InlineData(App + ";Options=-c session_authorization=x", "sets a role")]
    [InlineData(App + ";Options=-c app.tenant_id=x", "sets a role")]
    [InlineData(App + ";Options=-c pulse.ctx=x", "sets a role")]
    [InlineData(App + ";Include Error Detail=true", "Include Error Detail=true")]
    public void Refuses_what_would_break_isolation_and_names_the_option(string connectionString, string expected)
    {
        var result = Validate(new() { AppConnectionString = connectionString });

        var failure = Assert.Single(result.Failures!);
        Assert.StartsWith("AppConnectionString", failure, StringComparison.Ordinal);
        Assert.Contains(expected, failure, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", failure, StringComparison.Ordinal);
    }

    [Fact]
    public void Examines_every_connection_string()
    {
        var result = Validate(new()
        {
            AppConnectionString = App,
            OperatorConnectionString = "Host=db;Username=op;Multiplexing=true",
            OperatorWriteConnectionString = "Host=db;Username=opw;No Reset On Close=true",
        });

        Assert.Equal(["OperatorConnectionString", "OperatorWriteConnectionString"], result.Failures!.Select(failure => failure.Split(' ')[0]));
    }

    [Fact]
    public void Refuses_one_login_for_two_roles()
    {
        var failure = Assert.Single(Validate(new() { AppConnectionString = App, OperatorWriteConnectionString = "Host=other;Username=app" }).Failures!);

        Assert.StartsWith("OperatorWriteConnectionString uses the login of AppConnectionString", failure, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("1app")]
    [InlineData("app'")]
    [InlineData("App")]
    [InlineData("a-b")]
    public void Refuses_a_role_that_is_no_plain_name(string? role)
    {
        var failure = Assert.Single(Validate(new() { AppConnectionString = App, AppRole = role! }).Failures!);

        Assert.StartsWith("AppRole is not a role name", failure, StringComparison.Ordinal);
    }

    [Fact]
    public void Holds_the_longest_role_name_and_no_longer()
    {
        Assert.True(Validate(new() { AppConnectionString = App, OperatorRole = "r1_" + new string('r', 60) }).Succeeded);
        Assert.False(Validate(new() { AppConnectionString = App, OperatorRole = new string('r', 64) }).Succeeded);
    }

    [Fact]
    public void Refuses_one_role_twice()
    {
        var failure = Assert.Single(Validate(new() { AppConnectionString = App, OperatorRole = "pulse_app" }).Failures!);

        Assert.Contains("three different roles", failure, StringComparison.Ordinal);
    }

    [Fact]
    public void A_transaction_pooler_takes_the_cleaning_away_and_gives_no_other_fault()
    {
        Assert.True(Validate(new() { AppConnectionString = App, Pooler = TenantPooler.PgBouncerTransaction }).Succeeded);
        Assert.True(Validate(new() { AppConnectionString = App + ";No Reset On Close=true", Pooler = TenantPooler.PgBouncerTransaction }).Succeeded);
        Assert.True(Validate(new() { AppConnectionString = App + ";Max Auto Prepare=20;Search Path=s" }).Succeeded);
    }

    [Theory]
    [InlineData(";Max Auto Prepare=1", "Max Auto Prepare")]
    [InlineData(";Search Path=s", "Search Path")]
    [InlineData(";Options=-c statement_timeout=5000", "Options or Search Path")]
    public void A_transaction_pooler_refuses_what_belongs_to_a_session(string addition, string expected)
    {
        var failure = Assert.Single(Validate(new() { AppConnectionString = App + addition, Pooler = TenantPooler.PgBouncerTransaction }).Failures!);

        Assert.StartsWith("AppConnectionString", failure, StringComparison.Ordinal);
        Assert.Contains(expected, failure, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pooler_concerns_every_login_and_not_the_direct_way()
    {
        const string Prepared = ";Max Auto Prepare=5";
        var result = Validate(new()
        {
            AppConnectionString = App,
            DirectConnectionString = App + Prepared,
            OperatorConnectionString = "Host=db;Username=op" + Prepared,
            OperatorWriteConnectionString = "Host=db;Username=opw" + Prepared,
            Pooler = TenantPooler.PgBouncerTransaction,
        });

        Assert.Equal(["OperatorConnectionString", "OperatorWriteConnectionString"], result.Failures!.Select(failure => failure.Split(' ')[0]));
        Assert.StartsWith("Pooler", Assert.Single(Validate(new() { AppConnectionString = App, Pooler = (TenantPooler)9 }).Failures!), StringComparison.Ordinal);
    }

    [Fact]
    public void The_direct_way_is_the_same_login_and_obeys_the_same_rules()
    {
        Assert.True(Validate(new() { AppConnectionString = App, DirectConnectionString = "Host=direct;Username=app" }).Succeeded);
        Assert.Contains(
            "another login",
            Assert.Single(Validate(new() { AppConnectionString = App, DirectConnectionString = "Host=direct;Username=other" }).Failures!),
            StringComparison.Ordinal);
        Assert.Contains(
            "No Reset On Close",
            Assert.Single(Validate(new() { AppConnectionString = App, DirectConnectionString = "Host=direct;Username=app;No Reset On Close=true", Pooler = TenantPooler.PgBouncerTransaction }).Failures!),
            StringComparison.Ordinal);
        Assert.StartsWith(
            "AppConnectionString is not set", Assert.Single(Validate(new() { DirectConnectionString = "Host=direct;Username=app" }).Failures!), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("k", 32, 1, null)]
    [InlineData("abcdefghijklmnopqrstuvwxyz_-0189", 48, 3600, null)]
    [InlineData("", 32, 60, "KeyId")]
    [InlineData(null, 32, 60, "KeyId")]
    [InlineData("k.1", 32, 60, "KeyId")]
    [InlineData("abcdefghijklmnopqrstuvwxyz0123456", 32, 60, "KeyId")]
    [InlineData("k", 31, 60, "Secret")]
    [InlineData("k", 32, 0.9, "Lifetime")]
    [InlineData("k", 32, 3600.1, "Lifetime")]
    public void A_seal_is_examined(string? keyId, int bytes, double seconds, string? expected)
    {
        var secret = Convert.ToBase64String(new byte[bytes]);
        var result = Validate(new()
        {
            AppConnectionString = App,
            Seal = new TenantSealOptions { KeyId = keyId!, Secret = secret, Lifetime = TimeSpan.FromSeconds(seconds) },
        });

        Assert.Equal(expected is null, result.Succeeded);
        if (expected is not null)
        {
            var failure = Assert.Single(result.Failures!);
            Assert.StartsWith($"Seal:{expected}", failure, StringComparison.Ordinal);
            Assert.DoesNotContain(secret, failure, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_seal_has_no_key_of_its_own_and_lasts_ten_minutes()
    {
        var seal = new TenantSealOptions();

        Assert.Equal((string.Empty, string.Empty, TimeSpan.FromMinutes(10)), (seal.KeyId, seal.Secret, seal.Lifetime));
        Assert.Equal(2, Validate(new() { AppConnectionString = App, Seal = seal }).Failures!.Count());
        Assert.Throws<ArgumentNullException>(() => Validate(null!));
    }

    private static Microsoft.Extensions.Options.ValidateOptionsResult Validate(PulseTenancyOptions options) =>
        new PulseTenancyOptionsValidator().Validate(null, options);
}
