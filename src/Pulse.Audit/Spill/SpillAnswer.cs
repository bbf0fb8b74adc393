namespace Pulse.Audit;

internal enum SpillAnswer
{
    /// <summary>All of it is on the disk.</summary>
    Kept,

    /// <summary>None of it is: the quota and the reserve are used up.</summary>
    Full,

    /// <summary>None of it is: the disk does not take it.</summary>
    Failed,
}
