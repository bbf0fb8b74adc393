namespace Pulse.Audit;

internal enum BudgetAnswer
{
    Reserved,
    TooManyEvents,
    TooManyBytes,
    Closed,

    /// <summary>Half of the spill's quota is used: the rest is for the classes that are not dropped.</summary>
    SpillShare,
}
