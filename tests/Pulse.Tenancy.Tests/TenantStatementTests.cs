using System.Data;
using Npgsql;

namespace Pulse.Tenancy.Tests;

public sealed class TenantStatementTests
{
    private readonly NpgsqlBatchCommand _template = new();

    [Fact]
    public void Copies_text_and_parameters()
    {
        _template.Parameters.Add(new NpgsqlParameter("id", 5));
        _template.Parameters.Add(new NpgsqlParameter { Value = "x" });

        var command = TenantStatement.Create("SELECT @id", _template.Parameters);

        Assert.Equal("SELECT @id", command.CommandText);
        Assert.Equal(["id", ""], command.Parameters.Cast<NpgsqlParameter>().Select(parameter => parameter.ParameterName));
        Assert.Equal([5, "x"], command.Parameters.Cast<NpgsqlParameter>().Select(parameter => parameter.Value));
        Assert.NotSame(_template.Parameters[0], command.Parameters[0]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    public void Refuses_a_command_without_text(string sql) =>
        Assert.Throws<InvalidOperationException>(() => TenantStatement.Create(sql, _template.Parameters));

    [Theory]
    [InlineData(ParameterDirection.Output)]
    [InlineData(ParameterDirection.InputOutput)]
    [InlineData(ParameterDirection.ReturnValue)]
    public void Refuses_parameters_that_would_come_back(ParameterDirection direction)
    {
        _template.Parameters.Add(new NpgsqlParameter("back", 1) { Direction = direction });

        Assert.Contains("back", Assert.Throws<NotSupportedException>(() => TenantStatement.Create("x", _template.Parameters)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(CommandBehavior.Default, CommandBehavior.Default)]
    [InlineData(CommandBehavior.SequentialAccess | CommandBehavior.SingleResult | CommandBehavior.SingleRow, CommandBehavior.SequentialAccess)]
    [InlineData(CommandBehavior.CloseConnection, CommandBehavior.Default)]
    public void A_librarys_wish_is_passed_on_where_the_switch_does_not_stand_in_its_way(CommandBehavior wished, CommandBehavior passed) =>
        Assert.Equal(passed, TenantBehavior.Passed(wished));

    [Theory]
    [InlineData(CommandBehavior.SchemaOnly)]
    [InlineData(CommandBehavior.KeyInfo | CommandBehavior.SequentialAccess)]
    public void A_description_without_execution_is_refused(CommandBehavior wished) =>
        Assert.Throws<NotSupportedException>(() => TenantBehavior.Passed(wished));
}
