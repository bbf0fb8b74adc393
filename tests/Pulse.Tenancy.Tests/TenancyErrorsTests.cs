using Npgsql;

namespace Pulse.Tenancy.Tests;

public sealed class TenancyErrorsTests
{
    [Theory]
    [InlineData("PT401", null, TenancyRefusal.NoTenant)]
    [InlineData("PT402", null, TenancyRefusal.BadSeal)]
    [InlineData("PT403", null, TenancyRefusal.OperatorNotAudited)]
    [InlineData("42501", "ExecWithCheckOptions", TenancyRefusal.TenantViolation)]
    [InlineData("42501", "aclcheck_error", null)]
    [InlineData("44000", "ExecWithCheckOptions", null)]
    [InlineData("23505", null, null)]
    public void Tells_what_a_refusal_has_to_do_with_tenants(string sqlState, string? routine, TenancyRefusal? expected)
    {
        var error = new PostgresException("text", "ERROR", "ERROR", sqlState, routine: routine);

        Assert.Equal(expected, TenancyErrors.Explain(error));
        Assert.Equal(expected, TenancyErrors.Explain(new InvalidOperationException("wrapped", new NpgsqlException("twice", error))));
    }

    [Fact]
    public void What_is_no_refusal_has_no_meaning()
    {
        Assert.Null(TenancyErrors.Explain(null));
        Assert.Null(TenancyErrors.Explain(new NpgsqlException("broken")));
    }
}
