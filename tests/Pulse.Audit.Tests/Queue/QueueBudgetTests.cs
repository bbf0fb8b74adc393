namespace Pulse.Audit.Tests.Queue;

public sealed class QueueBudgetTests
{
    [Fact]
    public void Room_ends_exactly_at_the_number_of_events()
    {
        var budget = new QueueBudget(2, 1000);

        Assert.Equal(BudgetAnswer.Reserved, budget.TryReserve(1));
        Assert.Equal(BudgetAnswer.Reserved, budget.TryReserve(1));
        Assert.Equal(BudgetAnswer.TooManyEvents, budget.TryReserve(1));
        Assert.Equal((2, 2L), (budget.Events, budget.Bytes));
    }

    [Fact]
    public void Room_ends_exactly_at_the_number_of_bytes()
    {
        var budget = new QueueBudget(10, 100);

        Assert.Equal(BudgetAnswer.Reserved, budget.TryReserve(60));
        Assert.Equal(BudgetAnswer.TooManyBytes, budget.TryReserve(41));
        Assert.Equal(BudgetAnswer.Reserved, budget.TryReserve(40));
        Assert.Equal((2, 100L), (budget.Events, budget.Bytes));
    }

    [Fact]
    public void An_empty_queue_takes_an_event_of_any_size()
    {
        var budget = new QueueBudget(10, 100);

        Assert.Equal(BudgetAnswer.Reserved, budget.TryReserve(101));
        Assert.Equal(BudgetAnswer.TooManyBytes, budget.TryReserve(1));
    }

    [Fact]
    public async Task Who_waits_gets_the_room_that_is_released()
    {
        var budget = new QueueBudget(1, 100);
        budget.TryReserve(30);
        var waiting = budget.ReserveAsync(50, CancellationToken.None).AsTask();
        Assert.False(waiting.IsCompleted);

        budget.Release(30);

        Assert.True(await waiting);
        Assert.Equal((1, 50L), (budget.Events, budget.Bytes));
    }

    [Fact]
    public async Task Who_finds_the_room_taken_again_waits_on()
    {
        var budget = new QueueBudget(1, 100);
        budget.TryReserve(1);
        var first = budget.ReserveAsync(2, CancellationToken.None).AsTask();
        var second = budget.ReserveAsync(2, CancellationToken.None).AsTask();

        budget.Release(1);
        await await Task.WhenAny(first, second);
        Assert.Equal(1, budget.Events);

        budget.Release(2);
        Assert.True(await first);
        Assert.True(await second);
    }

    [Fact]
    public async Task Closing_refuses_everyone()
    {
        var budget = new QueueBudget(1, 100);
        budget.TryReserve(1);
        var waiting = budget.ReserveAsync(1, CancellationToken.None).AsTask();

        budget.Close();

        Assert.False(await waiting);
        Assert.Equal(BudgetAnswer.Closed, budget.TryReserve(1));
        Assert.False(await budget.ReserveAsync(1, CancellationToken.None));
    }

    [Fact]
    public async Task A_cancelled_wait_takes_no_room()
    {
        var budget = new QueueBudget(1, 100);
        budget.TryReserve(1);
        using var cancel = new CancellationTokenSource();
        var waiting = budget.ReserveAsync(1, cancel.Token).AsTask();

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        budget.Release(1);
        Assert.Equal((0, 0L), (budget.Events, budget.Bytes));
    }

    [Fact]
    public void Clearing_answers_what_was_held()
    {
        var budget = new QueueBudget(5, 100);
        budget.TryReserve(10);
        budget.TryReserve(10);

        Assert.Equal(2, budget.Clear());
        Assert.Equal((0, 0L), (budget.Events, budget.Bytes));
    }
}
