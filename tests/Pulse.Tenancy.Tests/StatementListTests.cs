using Npgsql;

namespace Pulse.Tenancy.Tests;

public sealed class StatementListTests
{
    [Fact]
    public void Copies_statements_and_parameters_each_time()
    {
        var own = new NpgsqlParameter { Value = 5 };
        var list = new StatementList();
        list.Add("first $1 $2", ["x", null]);
        list.Add("second $1", [own]);
        using var one = new NpgsqlBatch();
        using var two = new NpgsqlBatch();

        list.AppendTo(one);
        list.AppendTo(two);

        Assert.Equal(2, list.Count);
        Assert.Equal(["first $1 $2", "second $1"], two.BatchCommands.OfType<NpgsqlBatchCommand>().Select(command => command.CommandText));
        Assert.Equal("x", one.BatchCommands[0].Parameters[0].Value);
        Assert.Equal(DBNull.Value, one.BatchCommands[0].Parameters[1].Value);
        Assert.Equal(5, one.BatchCommands[1].Parameters[0].Value);
        Assert.NotSame(own, one.BatchCommands[1].Parameters[0]);
    }

    [Fact]
    public void Refuses_blank_statements_and_named_parameters()
    {
        var list = new StatementList();

        Assert.Throws<ArgumentException>(() => list.Add(" ", []));
        Assert.Throws<ArgumentNullException>(() => list.Add("x", null!));
        Assert.Throws<ArgumentException>(() => list.Add("x", [new NpgsqlParameter("p", 1)]));
        Assert.Equal(0, list.Count);
    }

    [Fact]
    public void Refuses_to_run_nothing()
    {
        using var batch = new NpgsqlBatch();

        Assert.Throws<InvalidOperationException>(() => new StatementList().AppendTo(batch));
    }
}
