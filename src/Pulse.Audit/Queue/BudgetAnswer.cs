namespace Pulse.Audit;

internal enum BudgetAnswer
{
    Reserved,
    TooManyEvents,
    TooManyBytes,
    Closed,
}
