using Npgsql;

namespace Pulse.Tenancy.Tests;

public sealed class ManyPlanTests
{
    private static readonly TenantId A = TenantId.Parse("a");
    private static readonly TenantId B = TenantId.Parse("b");

    [Fact]
    public void Switches_between_tenants_by_way_of_the_login_and_not_within_one()
    {
        using var batch = new NpgsqlBatch();

        var plan = ManyPlan.Write(
            batch,
            [new TenantWork(A).Add("a1"), new TenantWork(A).Add("a2").Add("a3"), new TenantWork(B).Add("b1"), new TenantWork(A).Add("a4")],
            Enter);

        Assert.Equal(
            ["BEGIN", "enter", "a1", "a2", "a3", "SET LOCAL ROLE NONE", "enter", "b1", "SET LOCAL ROLE NONE", "enter", "a4", "COMMIT"],
            batch.BatchCommands.OfType<NpgsqlBatchCommand>().Select(command => command.CommandText));
        Assert.Equal(["a", "b", "a"], batch.BatchCommands.OfType<NpgsqlBatchCommand>().Where(command => command.CommandText == "enter").Select(command => command.Parameters[0].Value));
        Assert.Equal([1, 6, 9], Enumerable.Range(0, 12).Where(command => plan.Judge("42501", command) == ManyRefusal.OfTheSwitch));
        Assert.All(Enumerable.Range(0, 12), command => Assert.Equal(ManyRefusal.OfTheServer, plan.Judge("57P01", command)));
        Assert.Equal(ManyRefusal.OfTheWork, plan.Judge("42501", 2));
        Assert.Equal(ManyRefusal.OfTheWork, plan.Judge("23503", 11));
        Assert.Equal([null, null, 0, 1, 1, null, null, 2, null, null, 3, null], Enumerable.Range(0, 12).Select(plan.ItemAt));

        // What BEGIN, switches and COMMIT say is nobody's, and a statement that changes no rows says -1.
        var outcomes = plan.Outcomes([100, 100, 1, 2, 4, 100, 100, -1, 100, 100, 8, 100]);
        Assert.Equal([(A, 1), (A, 6), (B, 0), (A, 8)], outcomes.Select(outcome => (outcome.Tenant, outcome.RowsAffected)));
        Assert.All(outcomes, outcome => Assert.True(outcome.Succeeded));
    }

    [Fact]
    public void The_switch_carries_the_tenant_as_a_parameter_only()
    {
        var command = new EnterCommand("pulse_app", new PlainMark()).Create(A);

        Assert.Equal("SELECT pg_catalog.set_config('role', 'pulse_app', true), pg_catalog.set_config('app.tenant_id', $1, true)", command.CommandText);
        Assert.Equal("a", Assert.Single(command.Parameters.Cast<NpgsqlParameter>()).Value);
    }

    private static NpgsqlBatchCommand Enter(TenantId tenant)
    {
        var command = new NpgsqlBatchCommand("enter");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = tenant.Value });
        return command;
    }

    [Theory]
    [InlineData("23505", true)]
    [InlineData("42501", true)]
    [InlineData("22001", true)]
    [InlineData("P0001", true)]
    [InlineData("25P02", true)]
    [InlineData("08006", false)]
    [InlineData("28P01", false)]
    [InlineData("40001", false)]
    [InlineData("40P01", false)]
    [InlineData("53300", false)]
    [InlineData("55P03", false)]
    [InlineData("57P01", false)]
    [InlineData("57014", false)]
    [InlineData("58030", false)]
    [InlineData("F0001", false)]
    [InlineData("XX000", false)]
    public void Tells_a_refused_statement_from_a_server_in_trouble(string sqlState, bool expected) =>
        Assert.Equal(expected, Refusal.IsOfTheStatement(sqlState));
}
