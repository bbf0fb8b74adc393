using System.Buffers.Binary;
using System.Net.Sockets;

namespace Pulse.Tenancy.IntegrationTests;

/// <summary>
/// Stands on a Unix socket between Npgsql and the server and counts how often the client speaks after the server has said
/// ReadyForQuery: round trips. A long flush may be answered while it is still being written, which costs no waiting.
/// </summary>
internal sealed class CountingProxy : IAsyncDisposable
{
    private const int ReadyForQueryLength = 6;
    private const string SocketName = ".s.PGSQL.5432";
    private readonly CancellationTokenSource _stop = new();
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly string _server;
    private readonly Lock _gate = new();
    private readonly Task _running;
    private readonly byte[] _tail = new byte[ReadyForQueryLength];
    private bool _serverIsReady = true;
    private bool _clientIsDone = true;
    private int _roundTrips;

    public CountingProxy(string serverDirectory)
    {
        _server = Path.Combine(serverDirectory, SocketName);
        Directory = System.IO.Directory.CreateTempSubdirectory("pulse-proxy-").FullName;
        _listener.Bind(new UnixDomainSocketEndPoint(Path.Combine(Directory, SocketName)));
        _listener.Listen();
        _running = AcceptAsync();
    }

    /// <summary>The folder of the socket: <c>Host</c> of a connection string.</summary>
    public string Directory { get; }

    public int TakeRoundTrips()
    {
        lock (_gate)
        {
            var taken = _roundTrips;
            _roundTrips = 0;
            return taken;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _running;
        _stop.Dispose();
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(ServeAsync(await _listener.AcceptAsync(_stop.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using var server = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        using (client)
        {
            await server.ConnectAsync(new UnixDomainSocketEndPoint(_server));
            await Task.WhenAny(PumpAsync(client, server, fromServer: false), PumpAsync(server, client, fromServer: true));
        }
    }

    private async Task PumpAsync(Socket from, Socket to, bool fromServer)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            int read;
            while ((read = await from.ReceiveAsync(buffer, _stop.Token)) > 0)
            {
                Count(fromServer, buffer.AsSpan(0, read));
                await to.SendAsync(buffer.AsMemory(0, read), _stop.Token);
            }
        }
        catch (Exception ended) when (ended is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // One side has left: so does the other.
        }
    }

    private void Count(bool fromServer, ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            if (fromServer)
            {
                Remember(bytes);

                // 'Z', a length of five, and the transaction's state.
                _serverIsReady = _tail.AsSpan(0, 5).SequenceEqual("Z\0\0\0\u0005"u8);
                return;
            }

            // A long flush may begin with a statement of its own (the reset, BEGIN), which is answered while the rest is on its way.
            if (_serverIsReady && _clientIsDone)
            {
                _roundTrips++;
            }

            _serverIsReady = false;
            _clientIsDone = EndsWithRequest(bytes);
        }
    }

    /// <summary>Whether what the client said asks for an answer: it ends with a Sync, or is whole messages of which the last is a simple query or a password.</summary>
    private static bool EndsWithRequest(ReadOnlySpan<byte> bytes)
    {
        if (bytes.EndsWith("S\0\0\0\u0004"u8) || bytes[0] == 0)
        {
            // The second is the start of a connection, whose first message has no type.
            return true;
        }

        var at = 0;
        var last = (byte)0;
        while (at + 5 <= bytes.Length)
        {
            last = bytes[at];
            at += 1 + (int)Math.Min(BinaryPrimitives.ReadUInt32BigEndian(bytes[(at + 1)..]), int.MaxValue / 2);
        }

        return at == bytes.Length && last is ((byte)'Q' or (byte)'p');
    }

    /// <summary>Keeps the last bytes the server said; a message may arrive in pieces.</summary>
    private void Remember(ReadOnlySpan<byte> bytes)
    {
        var kept = Math.Max(0, ReadyForQueryLength - bytes.Length);
        _tail.AsSpan(ReadyForQueryLength - kept).ToArray().CopyTo(_tail, 0);
        bytes[^(ReadyForQueryLength - kept)..].CopyTo(_tail.AsSpan(kept));
    }
}
