using Npgsql;

namespace Pulse.Tenancy.Tests;

public sealed class OperatorPlanTests
{
    private const string Require =
        "SELECT pulse.operator_require($1), pg_catalog.set_config('role', 'pulse_operator', true), pg_catalog.set_config('app.tenant_id', $2, true)";

    private static readonly TenantId Acme = TenantId.Parse("acme");
    private static readonly OperatorGrant Grant = new("olga", "ticket 4711: silent", TimeSpan.FromMinutes(5), Acme);

    [Fact]
    public void The_grant_is_a_transaction_of_its_own_in_front_of_the_one_that_requires_it()
    {
        using var batch = Write(Grant, readOnly: true);

        Assert.Equal(
            ["SELECT pulse.operator_open($1, $2, $3, $4, $5)", Require + ", pg_catalog.set_config('transaction_read_only', 'on', true)", "SELECT $1"],
            Commands(batch).Select(command => command.CommandText));
        Assert.Equal([true, null, null], Commands(batch).Select(command => command.AppendErrorBarrier));
        Assert.Equal([Grant.Id, "olga", "ticket 4711: silent", TimeSpan.FromMinutes(5), "acme"], Values(batch, 0));
        Assert.Equal([Grant.Id, "acme"], Values(batch, OperatorPlan.RequireIndex));
        Assert.Equal([7], Values(batch, OperatorPlan.FirstStatement));
    }

    [Fact]
    public void Writing_is_read_only_no_more_and_without_a_target_there_is_no_tenant()
    {
        using var batch = Write(new OperatorGrant("olga", "ticket 4711: silent", TimeSpan.FromMinutes(5)), readOnly: false);

        Assert.Equal(Require, batch.BatchCommands[1].CommandText);
        Assert.Equal(DBNull.Value, Values(batch, 0).Last());
        Assert.Equal(string.Empty, Values(batch, 1).Last());
    }

    [Fact]
    public void Nothing_to_run_is_refused()
    {
        using var batch = new NpgsqlBatch();

        Assert.Throws<InvalidOperationException>(
            () => OperatorPlan.Write(batch, Grant, "pulse_operator", new PlainMark(), readOnly: true, new StatementList()));
    }

    private static NpgsqlBatch Write(OperatorGrant grant, bool readOnly)
    {
        var statements = new StatementList();
        statements.Add("SELECT $1", [7]);
        var batch = new NpgsqlBatch();
        OperatorPlan.Write(batch, grant, "pulse_operator", new PlainMark(), readOnly, statements);
        return batch;
    }

    private static IEnumerable<NpgsqlBatchCommand> Commands(NpgsqlBatch batch) => batch.BatchCommands.Cast<NpgsqlBatchCommand>();

    private static IEnumerable<object?> Values(NpgsqlBatch batch, int command) =>
        batch.BatchCommands[command].Parameters.Cast<NpgsqlParameter>().Select(parameter => parameter.Value);
}
