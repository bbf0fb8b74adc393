namespace Pulse.Tenancy.Tests;

public sealed class TransactionStateTests
{
    private readonly TransactionState _state = new();

    [Fact]
    public void An_unused_transaction_can_commit()
    {
        Assert.Equal((false, false, false), (_state.HasEntered, _state.HasFailed, _state.IsFinished));
        _state.ThrowIfFinished();
        _state.ThrowIfItCannotCommit();
    }

    [Fact]
    public void A_batch_that_was_not_answered_to_its_end_leaves_nothing_to_commit()
    {
        _state.Begin();

        Assert.Equal((true, true), (_state.HasEntered, _state.HasFailed));
        _state.ThrowIfFinished();
        Assert.Contains("can only roll back", Assert.Throws<InvalidOperationException>(_state.ThrowIfItCannotCommit).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_later_batch_that_succeeds_makes_it_good_and_the_tenant_is_entered_once()
    {
        _state.Begin();
        _state.Begin();
        _state.Succeed();

        Assert.Equal((true, false), (_state.HasEntered, _state.HasFailed));
        _state.ThrowIfItCannotCommit();
    }

    [Fact]
    public void After_its_end_it_is_of_no_use()
    {
        _state.Begin();
        _state.Succeed();
        _state.Finish();

        Assert.True(_state.IsFinished);
        Assert.Contains("was committed, rolled back or disposed of", Assert.Throws<InvalidOperationException>(_state.ThrowIfFinished).Message, StringComparison.Ordinal);
        Assert.Contains("was committed, rolled back or disposed of", Assert.Throws<InvalidOperationException>(_state.ThrowIfItCannotCommit).Message, StringComparison.Ordinal);
    }
}
