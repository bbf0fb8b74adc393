namespace Pulse.Audit.Tests.Queue;

public sealed class QueueBudgetTests
{
    [Fact]
    public void Room_ends_exactly_at_the_number_of_events()
    {
        var budget = new QueueBudget(2, 1000);

        Assert.Equal(BudgetAnswer.Reserved, budget.TryReserve(1, AuditClass.Security));
        Assert.Equal(BudgetAnswer.Reserved, budget.TryReserve(1, AuditClass.Security));
        Assert.Equal(BudgetAnswer.TooManyEvents, budget.TryReserve(1, AuditClass.Security));
        Assert.Equal((2, 2L), (budget.Events, budget.Bytes));
    }

    [Fact]
    public void The_last_eighth_is_closed_to_Access_alone()
    {
        var events = new QueueBudget(16, 1000);
        Assert.All(Enumerable.Range(0, 14), _ => Assert.Equal(BudgetAnswer.Reserved, events.TryReserve(1, AuditClass.Access)));
        Assert.Equal(BudgetAnswer.TooManyEvents, events.TryReserve(1, AuditClass.Access));
        Assert.Equal(BudgetAnswer.Reserved, events.TryReserve(1, AuditClass.Critical));
        Assert.Equal(BudgetAnswer.Reserved, events.TryReserve(1, AuditClass.Security));
        Assert.Equal(BudgetAnswer.TooManyEvents, events.TryReserve(1, AuditClass.Security));

        var bytes = new QueueBudget(16, 800);
        Assert.Equal(BudgetAnswer.Reserved, bytes.TryReserve(600, AuditClass.Access));
        Assert.Equal(BudgetAnswer.Reserved, bytes.TryReserve(100, AuditClass.Access));
        Assert.Equal(BudgetAnswer.TooManyBytes, bytes.TryReserve(1, AuditClass.Access));
        Assert.Equal(BudgetAnswer.Reserved, bytes.TryReserve(100, AuditClass.Security));
    }

    [Fact]
    public void Half_of_the_room_is_a_crowd()
    {
        var events = new QueueBudget(5, 1000);
        events.TryReserve(1, AuditClass.Security);
        events.TryReserve(1, AuditClass.Security);
        Assert.False(events.IsCrowded);
        events.TryReserve(1, AuditClass.Security);
        Assert.True(events.IsCrowded);

        var bytes = new QueueBudget(10, 100);
        bytes.TryReserve(49, AuditClass.Security);
        Assert.False(bytes.IsCrowded);
        bytes.TryReserve(1, AuditClass.Security);
        Assert.True(bytes.IsCrowded);
    }

    [Fact]
    public void Room_ends_exactly_at_the_number_of_bytes()
    {
        var budget = new QueueBudget(10, 100);

        Assert.Equal(BudgetAnswer.Reserved, budget.TryReserve(60, AuditClass.Security));
        Assert.Equal(BudgetAnswer.TooManyBytes, budget.TryReserve(41, AuditClass.Security));
        Assert.Equal(BudgetAnswer.Reserved, budget.TryReserve(40, AuditClass.Security));
        Assert.Equal((2, 100L), (budget.Events, budget.Bytes));
    }

    [Fact]
    public void An_empty_queue_takes_an_event_of_any_size()
    {
        var budget = new QueueBudget(10, 100);

        Assert.Equal(BudgetAnswer.Reserved, budget.TryReserve(101, AuditClass.Security));
        Assert.Equal(BudgetAnswer.TooManyBytes, budget.TryReserve(1, AuditClass.Security));
    }

    [Fact]
    public async Task Who_waits_gets_the_room_that_is_released()
    {
        var budget = new QueueBudget(1, 100);
        budget.TryReserve(30, AuditClass.Security);
        var waiting = budget.ReserveAsync(50, AuditClass.Security, CancellationToken.None).AsTask();
        Assert.False(waiting.IsCompleted);

        budget.Release(30);

        Assert.True(await waiting);
        Assert.Equal((1, 50L), (budget.Events, budget.Bytes));
    }

    [Fact]
    public async Task Who_finds_the_room_taken_again_waits_on()
    {
        var budget = new QueueBudget(1, 100);
        budget.TryReserve(1, AuditClass.Security);
        var first = budget.ReserveAsync(2, AuditClass.Security, CancellationToken.None).AsTask();
        var second = budget.ReserveAsync(2, AuditClass.Security, CancellationToken.None).AsTask();

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
        budget.TryReserve(1, AuditClass.Security);
        var waiting = budget.ReserveAsync(1, AuditClass.Security, CancellationToken.None).AsTask();

        budget.Close();

        Assert.False(await waiting);
        Assert.Equal(BudgetAnswer.Closed, budget.TryReserve(1, AuditClass.Security));
        Assert.False(await budget.ReserveAsync(1, AuditClass.Security, CancellationToken.None));
    }

    [Fact]
    public async Task A_cancelled_wait_takes_no_room()
    {
        var budget = new QueueBudget(1, 100);
        budget.TryReserve(1, AuditClass.Security);
        using var cancel = new CancellationTokenSource();
        var waiting = budget.ReserveAsync(1, AuditClass.Security, cancel.Token).AsTask();

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        budget.Release(1);
        Assert.Equal((0, 0L), (budget.Events, budget.Bytes));
    }

    [Fact]
    public void Clearing_answers_what_was_held()
    {
        var budget = new QueueBudget(5, 100);
        budget.TryReserve(10, AuditClass.Security);
        budget.TryReserve(10, AuditClass.Security);

        Assert.Equal(2, budget.Clear());
        Assert.Equal((0, 0L), (budget.Events, budget.Bytes));
    }
}
