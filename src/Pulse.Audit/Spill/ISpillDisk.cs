namespace Pulse.Audit;

/// <summary>The folder of the spill, as far as the spill needs it. Everything it throws is an <see cref="IOException"/> or an <see cref="UnauthorizedAccessException"/>.</summary>
internal interface ISpillDisk : IDisposable
{
    /// <summary>Names of the files, without the folder's own.</summary>
    IReadOnlyList<string> List();

    byte[] Read(string name);

    /// <summary>Makes a file that either is there with all of these bytes, synchronised, or is not there at all.</summary>
    ISpillFile Create(string name, ReadOnlySpan<byte> start);

    /// <summary>Makes a file of zeros whose space is taken now, so that writing into it later needs none.</summary>
    void Reserve(string name, long bytes);

    /// <summary>Opens a reserved file under a new name, to be written from its beginning.</summary>
    ISpillFile Adopt(string reserved, string name, ReadOnlySpan<byte> start);

    void Rename(string from, string to);

    void Delete(string name);

    /// <summary>Whether the folder, and this file in it, are still where this process left them: nobody deleted or renamed them.</summary>
    bool IsIntact(string? name);

    /// <summary>Makes the folder anew after it went away.</summary>
    void Restore();
}

/// <summary>A file that is appended to.</summary>
internal interface ISpillFile : IDisposable
{
    /// <summary>Where the next bytes go.</summary>
    long Length { get; }

    void Append(ReadOnlySpan<byte> bytes);

    /// <summary>Returns once the disk has it.</summary>
    void Synchronize();

    /// <summary>Takes back what was appended beyond this length.</summary>
    void Truncate(long length);
}
