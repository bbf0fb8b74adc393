using Npgsql;

namespace Pulse.Tenancy;

/// <summary>
/// The batch of <see cref="OperatorRunner"/>. The first transaction writes the grant row; the second raises PT403 unless
/// that row is committed, and takes the operators' role.
/// </summary>
internal static class OperatorPlan
{
    /// <summary>The command that requires the grant: once it is completed, the operator is in.</summary>
    public const int RequireIndex = 1;

    /// <summary>The operator's own first statement.</summary>
    public const int FirstStatement = 2;

    private const string Open = "SELECT pulse.operator_open($1, $2, $3, $4, $5)";

    public static void Write(NpgsqlBatch batch, OperatorGrant grant, string role, TenantMark mark, bool readOnly, StatementList statements)
    {
        var open = StatementList.Command(Open, grant.Id, grant.Actor, grant.Reason, grant.Lifetime, grant.Target?.Value);
        open.AppendErrorBarrier = true;
        batch.BatchCommands.Add(open);
        var target = grant.Target is { } tenant ? mark.Write(tenant) : string.Empty;
        batch.BatchCommands.Add(StatementList.Command(RequireSql(role, mark, readOnly), grant.Id, target));
        statements.AppendTo(batch);
    }

    private static string RequireSql(string role, TenantMark mark, bool readOnly) =>
        $"SELECT pulse.operator_require($1), {EnterCommand.Settings(role, mark, "$2")}" + (readOnly ? EnterCommand.ReadOnly : string.Empty);
}
