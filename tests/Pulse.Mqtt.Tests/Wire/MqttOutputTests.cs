using System.Buffers;
using System.IO.Pipelines;
using MQTTnet.Protocol;

namespace Pulse.Mqtt.Tests.Wire;

public sealed class MqttOutputTests : IDisposable
{
    private readonly Pipe _pipe = new();
    private readonly MqttOutput _output;

    public MqttOutputTests() => _output = new MqttOutput(_pipe.Writer, isVersion5: true);

    public void Dispose() => _output.Dispose();

    [Fact]
    public async Task Acknowledgements_are_collected_and_written_together()
    {
        _output.AddPubAck(1, MqttPubAckReasonCode.Success);
        _output.AddPubAck(0x1234, MqttPubAckReasonCode.NotAuthorized);
        Assert.False(_pipe.Reader.TryRead(out _));

        _output.FlushAcks();

        Assert.Equal("400200014003123487", await ReadAsync(9));
    }

    [Fact]
    public async Task The_last_packet_does_not_overtake_acknowledgements_whose_writing_has_begun()
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 16, resumeWriterThreshold: 8));
        using var output = new MqttOutput(pipe.Writer, isVersion5: true);
        var unread = output.WriteAsync(new byte[32], CancellationToken.None).AsTask();
        var closing = output.CloseAsync(new byte[] { 0xE0, 1, 0x8B }, CancellationToken.None).AsTask();

        output.AddPubAck(7, MqttPubAckReasonCode.Success);
        output.FlushAcks();
        for (var turn = 0; turn < 1_000; turn++)
        {
            // The writing begins on another thread; this one gives it every chance to come first.
            await Task.Yield();
        }

        var first = await pipe.Reader.ReadAtLeastAsync(32).AsTask().WaitAsync(TimeSpan.FromSeconds(10));
        pipe.Reader.AdvanceTo(first.Buffer.GetPosition(32));
        var last = await pipe.Reader.ReadAtLeastAsync(7).AsTask().WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal("40020007E0018B", Convert.ToHexString(last.Buffer.ToArray()));
        pipe.Reader.AdvanceTo(last.Buffer.End);
        await Task.WhenAll(unread, closing).WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task What_is_collected_during_a_write_follows_it()
    {
        for (ushort id = 1; id <= 50; id++)
        {
            _output.AddPubAck(id, MqttPubAckReasonCode.Success);
            _output.FlushAcks();
        }

        Assert.Equal(string.Concat(Enumerable.Range(1, 50).Select(static id => $"4002{id:X4}")), await ReadAsync(200));
    }

    [Fact]
    public async Task In_version_3_an_acknowledgement_has_no_reason()
    {
        using var output = new MqttOutput(_pipe.Writer, isVersion5: false);
        output.AddPubAck(1, MqttPubAckReasonCode.NotAuthorized);
        output.FlushAcks();

        Assert.Equal("40020001", await ReadAsync(4));
    }

    [Fact]
    public void Sixty_four_kilobytes_of_unread_acknowledgements_are_the_most()
    {
        for (var i = 0; i < 16 * 1024; i++)
        {
            _output.AddPubAck(1, MqttPubAckReasonCode.Success);
        }

        Assert.False(_output.IsUnread);
        _output.AddPubAck(1, MqttPubAckReasonCode.Success);
        Assert.True(_output.IsUnread);
    }

    [Fact]
    public async Task The_last_words_come_after_the_acknowledgements_and_nothing_comes_after_them()
    {
        _output.AddPubAck(1, MqttPubAckReasonCode.Success);
        await _output.CloseAsync(new byte[] { 0xE0, 1, 0x8B }, CancellationToken.None);
        await _output.WriteAsync(new byte[] { 0xD0, 0 }, CancellationToken.None);
        _output.FlushAcks();
        await _pipe.Writer.CompleteAsync();

        Assert.Equal("40020001E0018B", await ReadAsync(100));
    }

    [Fact]
    public async Task A_client_that_does_not_read_gets_no_last_words()
    {
        var blocked = _output.WriteAsync(new byte[100_000], CancellationToken.None).AsTask();
        using var patience = new CancellationTokenSource();
        var closing = _output.CloseAsync(new byte[] { 0xE0, 0 }, patience.Token).AsTask();
        Assert.False(closing.IsCompleted);
        await patience.CancelAsync();

        await closing.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.False(blocked.IsCompleted);
        Assert.Equal(100_000, (await _pipe.Reader.ReadAsync()).Buffer.Length);
    }

    [Fact]
    public async Task A_client_that_left_is_no_error()
    {
        await _pipe.Writer.CompleteAsync();
        _output.AddPubAck(1, MqttPubAckReasonCode.Success);
        _output.FlushAcks();

        await _output.CloseAsync(new byte[] { 0xE0, 0 }, CancellationToken.None);
    }

    [Theory]
    [InlineData(typeof(IOException), true)]
    [InlineData(typeof(OperationCanceledException), true)]
    [InlineData(typeof(ObjectDisposedException), true)]
    [InlineData(typeof(InvalidOperationException), true)]
    [InlineData(typeof(ArgumentException), false)]
    public void What_a_transport_throws_when_it_is_gone(Type type, bool isGone)
    {
        var exception = type == typeof(ObjectDisposedException) ? new ObjectDisposedException("pipe") : (Exception)Activator.CreateInstance(type)!;

        Assert.Equal(isGone, MqttOutput.IsTransportGone(exception));
    }

    private async Task<string> ReadAsync(int bytes)
    {
        var result = await _pipe.Reader.ReadAtLeastAsync(bytes).AsTask().WaitAsync(TimeSpan.FromSeconds(10));
        return Convert.ToHexString(result.Buffer.ToArray());
    }
}
