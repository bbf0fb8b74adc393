using Npgsql;
using NpgsqlTypes;

namespace Pulse.Tenancy.Tests;

public sealed class BulkMapTests
{
    private static readonly TenantId Acme = TenantId.Parse("acme");

    [Fact]
    public void Writes_one_insert_whose_columns_are_arrays()
    {
        var map = new BulkMap<(string Id, int? N)>("my schema", "t")
            .Add("id", NpgsqlDbType.Text, row => row.Id)
            .Add("n\"x", NpgsqlDbType.Integer, row => row.N);

        var (sql, parameters) = map.Write(Acme, [("a", 1), ("b", null)]);

        Assert.Equal(
            "INSERT INTO \"my schema\".\"t\" (\"tenant_id\", \"id\", \"n\"\"x\") SELECT $1, rows.* FROM ROWS FROM (unnest($2), unnest($3)) AS rows", sql);
        Assert.Equal("acme", parameters[0]);
        var ids = Assert.IsType<NpgsqlParameter<string[]>>(parameters[1]);
        Assert.Equal(["a", "b"], ids.TypedValue!);
        Assert.Equal(NpgsqlDbType.Array | NpgsqlDbType.Text, ids.NpgsqlDbType);
        var numbers = Assert.IsType<NpgsqlParameter<int?[]>>(parameters[2]);
        Assert.Equal([1, null], numbers.TypedValue!);
        Assert.Equal(3, parameters.Length);
    }

    [Fact]
    public void Skips_taken_keys_when_asked_and_names_another_tenant_column()
    {
        var map = new BulkMap<int>("s", "t", "owner") { SkipExisting = true }.Add("n", NpgsqlDbType.Integer, n => n);

        Assert.Equal(
            "INSERT INTO \"s\".\"t\" (\"owner\", \"n\") SELECT $1, rows.* FROM ROWS FROM (unnest($2)) AS rows ON CONFLICT DO NOTHING", map.Write(Acme, [1]).Sql);
    }

    [Theory]
    [InlineData("tenant_id", "holds the tenant")]
    [InlineData("n", "mapped already")]
    [InlineData("", "")]
    public void Refuses_columns_that_are_not_a_rows(string column, string expected)
    {
        var map = new BulkMap<int>("s", "t").Add("n", NpgsqlDbType.Integer, n => n);

        var refusal = Assert.ThrowsAny<ArgumentException>(() => map.Add(column, NpgsqlDbType.Integer, n => n));

        Assert.Contains(expected, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(NpgsqlDbType.Array | NpgsqlDbType.Text)]
    [InlineData(NpgsqlDbType.IntegerRange)]
    [InlineData(NpgsqlDbType.IntegerMultirange)]
    [InlineData((NpgsqlDbType)0)]
    public void Refuses_types_that_cannot_be_an_arrays_elements(NpgsqlDbType type) => Assert.Contains(
        "Column n", Assert.Throws<ArgumentException>(() => new BulkMap<int>("s", "t").Add("n", type, n => n)).Message, StringComparison.Ordinal);

    [Fact]
    public void Refuses_bad_names_and_missing_readers()
    {
        Assert.ThrowsAny<ArgumentException>(() => new BulkMap<int>(string.Empty, "t"));
        Assert.ThrowsAny<ArgumentException>(() => new BulkMap<int>("s", new string('t', 64)));
        Assert.ThrowsAny<ArgumentException>(() => new BulkMap<int>("s", "t", string.Empty));
        Assert.Throws<ArgumentNullException>(() => new BulkMap<int>("s", "t").Add<int>("n", NpgsqlDbType.Integer, null!));
    }

    [Fact]
    public void Holds_as_many_columns_as_a_table()
    {
        var map = new BulkMap<int>("s", "t");
        for (var i = 0; i < 1600; i++)
        {
            map.Add($"c{i}", NpgsqlDbType.Integer, n => n);
        }

        Assert.Contains("1600", Assert.Throws<ArgumentException>(() => map.Add("one more", NpgsqlDbType.Integer, n => n)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_no_column_no_row_too_many_rows_and_null_rows_naming_them()
    {
        var map = new BulkMap<string?>("s", "t");
        Assert.Contains("no column", Assert.Throws<ArgumentException>(() => map.Write(Acme, ["x"])).Message, StringComparison.Ordinal);

        map.Add("n", NpgsqlDbType.Text, row => row);
        Assert.Throws<ArgumentNullException>(() => map.Write(Acme, null!));
        Assert.Contains("0 rows", Assert.Throws<ArgumentException>(() => map.Write(Acme, [])).Message, StringComparison.Ordinal);
        Assert.Contains("Row 1 is null", Assert.Throws<ArgumentException>(() => map.Write(Acme, ["x", null])).Message, StringComparison.Ordinal);

        Assert.Equal(50_000, BulkLimits.MaxRows);
        Assert.Equal(2, map.Write(Acme, Enumerable.Repeat("x", BulkLimits.MaxRows).ToList()).Parameters.Length);
        var refusal = Assert.Throws<ArgumentException>(() => map.Write(Acme, Enumerable.Repeat("x", BulkLimits.MaxRows + 1).ToList()));
        Assert.Contains("50001 rows", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("BulkLimits.MaxRows", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Writes_nothing_without_a_tenant() =>
        Assert.Throws<InvalidOperationException>(() => new BulkMap<int>("s", "t").Add("n", NpgsqlDbType.Integer, n => n).Write(default, [1]));
}
