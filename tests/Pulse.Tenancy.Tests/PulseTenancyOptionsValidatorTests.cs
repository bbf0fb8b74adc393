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

    private static Microsoft.Extensions.Options.ValidateOptionsResult Validate(PulseTenancyOptions options) =>
        new PulseTenancyOptionsValidator().Validate(null, options);
}
