namespace Pulse.Audit;

internal enum SpillFault
{
    /// <summary>The disk did not take it.</summary>
    Write,

    /// <summary>Quota and reserve are used up.</summary>
    Full,

    /// <summary>A file, or the folder, is gone.</summary>
    Vanished,

    /// <summary>What was whole once is not any more.</summary>
    Damaged,

    /// <summary>A last write never ended.</summary>
    Torn,
}
