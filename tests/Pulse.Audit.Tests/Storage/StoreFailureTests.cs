namespace Pulse.Audit.Tests.Storage;

public sealed class StoreFailureTests
{
    [Theory]
    [InlineData("22P02", StoreFailureKind.Refused)]
    [InlineData("22021", StoreFailureKind.Refused)]
    [InlineData("23514", StoreFailureKind.Refused)]
    [InlineData("23505", StoreFailureKind.Refused)]
    [InlineData("54000", StoreFailureKind.Refused)]
    [InlineData("55P03", StoreFailureKind.Unavailable)]
    [InlineData("14000", StoreFailureKind.Unavailable)]
    [InlineData("42501", StoreFailureKind.Misconfigured)]
    [InlineData("42P01", StoreFailureKind.Misconfigured)]
    [InlineData("3F000", StoreFailureKind.Misconfigured)]
    [InlineData("3D000", StoreFailureKind.Misconfigured)]
    [InlineData("28P01", StoreFailureKind.Misconfigured)]
    [InlineData("08006", StoreFailureKind.Unavailable)]
    [InlineData("53300", StoreFailureKind.Unavailable)]
    [InlineData("57P01", StoreFailureKind.Unavailable)]
    [InlineData("40001", StoreFailureKind.Unavailable)]
    [InlineData("25006", StoreFailureKind.Unavailable)]
    [InlineData("3B001", StoreFailureKind.Unavailable)]
    [InlineData("24000", StoreFailureKind.Unavailable)]
    public void The_SQLSTATE_decides(string sqlState, object kind)
    {
        Assert.Equal((StoreFailureKind)kind, StoreFailure.KindOf(FakeStore.Refusal(sqlState)));
        Assert.Equal(sqlState, StoreFailure.SqlStateOf(FakeStore.Refusal(sqlState)));
    }

    [Fact]
    public void A_failure_without_one_is_the_server_being_away()
    {
        Assert.Equal(StoreFailureKind.Unavailable, StoreFailure.KindOf(new TimeoutException()));
        Assert.Null(StoreFailure.SqlStateOf(new TimeoutException()));
    }
}
