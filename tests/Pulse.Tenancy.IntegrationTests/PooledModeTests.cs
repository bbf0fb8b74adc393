using Pulse.TestKit;

namespace Pulse.Tenancy.IntegrationTests;

/// <summary>What each mode stops, through PgBouncer in transaction mode.</summary>
[Collection(PostgresTests.Name)]
public sealed class PooledPlainModeTests(PostgresFixture postgres) : PlainModeTests(postgres)
{
    private protected override bool IsPooled => true;
}

/// <inheritdoc cref="PooledPlainModeTests"/>
[Collection(PostgresTests.Name)]
public sealed class PooledLatchModeTests(PostgresFixture postgres) : LatchModeTests(postgres)
{
    private protected override bool IsPooled => true;
}

/// <inheritdoc cref="PooledPlainModeTests"/>
[Collection(PostgresTests.Name)]
public sealed class PooledSealedModeTests(PostgresFixture postgres) : SealedModeTests(postgres)
{
    private protected override bool IsPooled => true;
}
