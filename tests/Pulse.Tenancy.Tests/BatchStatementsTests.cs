using NpgsqlTypes;

namespace Pulse.Tenancy.Tests;

/// <summary>What a batch hands to whoever runs it.</summary>
public sealed class BatchStatementsTests
{
    private static readonly TenantId Acme = TenantId.Parse("acme");
    private readonly Recorder _recorder = new();

    [Fact]
    public async Task A_tenants_batch_holds_its_statements_and_rows_in_order()
    {
        var map = new BulkMap<int>("s", "t").Add("n", NpgsqlDbType.Integer, n => n);

        await new TenantBatch(_recorder, Acme).Add("one $1", 1).AddRows(map, [1, 2]).Add("three").ExecuteAsync();

        Assert.Equal(3, _recorder.Texts.Count);
        Assert.Equal("one $1", _recorder.Texts[0]);
        Assert.StartsWith("INSERT INTO \"s\".\"t\"", _recorder.Texts[1], StringComparison.Ordinal);
        Assert.Equal("three", _recorder.Texts[2]);
        Assert.Throws<ArgumentNullException>(() => new TenantBatch(_recorder, Acme).AddRows<int>(null!, [1]));
    }

    [Fact]
    public async Task An_operators_batch_holds_its_statements_in_order()
    {
        await new OperatorBatch(_recorder).Add("one").Add("two").ExecuteAsync();

        Assert.Equal(["one", "two"], _recorder.Texts);
    }

    [Fact]
    public async Task Rows_need_a_reader() =>
        await Assert.ThrowsAsync<ArgumentNullException>(() => new OperatorBatch(_recorder).Add("one").QueryAsync<int>(null!));

    private sealed class Recorder : BatchRunner
    {
        public List<string> Texts { get; } = [];

        public override Task<T> RunAsync<T>(StatementList statements, BatchReader<T> read, CancellationToken cancellationToken)
        {
            using var batch = new Npgsql.NpgsqlBatch();
            statements.AppendTo(batch);
            Texts.AddRange(batch.BatchCommands.OfType<Npgsql.NpgsqlBatchCommand>().Select(command => command.CommandText));
            return Task.FromResult(default(T)!);
        }
    }
}
