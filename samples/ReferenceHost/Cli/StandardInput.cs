using System.Text;

namespace Pulse.ReferenceHost.Cli;

/// <summary>
/// Standard input as UTF-8 text that is there as soon as it was written. A <see cref="StreamReader"/> asks for more before it answers
/// when a read filled its buffer to the last byte; whoever waits for the answer to a line of just that length would wait for ever.
/// </summary>
internal sealed class StandardInput(Stream source) : Stream
{
    public static StreamReader Open() => Read(Console.OpenStandardInput());

    public static StreamReader Read(Stream source) => new(new StandardInput(source), new UTF8Encoding(false), detectEncodingFromByteOrderMarks: false);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => source.Read(buffer, offset, Less(count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        source.ReadAsync(buffer[..Less(buffer.Length)], cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            source.Dispose();
        }

        base.Dispose(disposing);
    }

    private static int Less(int count) => Math.Max(1, count - 1);
}
