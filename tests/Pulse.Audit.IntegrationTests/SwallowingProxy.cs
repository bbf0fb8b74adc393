using System.Net;
using System.Net.Sockets;

namespace Pulse.Audit.IntegrationTests;

/// <summary>
/// Stands before a server and, as often as it is told, keeps the answer to a COMMIT to itself and resets the connection: the
/// transaction is committed, and the client cannot know.
/// </summary>
internal sealed class SwallowingProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly string _socket;
    private int _left;

    public SwallowingProxy(string serverSocket, int swallow)
    {
        _socket = serverSocket;
        _left = swallow;
        _listener.Start();
        _ = Task.Run(AcceptAsync);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How many answers are still to be swallowed.</summary>
    public int Left => Volatile.Read(ref _left);

    public void Dispose()
    {
        _end.Cancel();
        _listener.Dispose();
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            var client = await _listener.AcceptSocketAsync(_end.Token);
            var server = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await server.ConnectAsync(new UnixDomainSocketEndPoint(_socket), _end.Token);
            _ = Task.Run(() => PassAsync(client, server, isAnswer: false));
            _ = Task.Run(() => PassAsync(server, client, isAnswer: true));
        }
    }

    private async Task PassAsync(Socket from, Socket to, bool isAnswer)
    {
        var buffer = new byte[64 << 10];
        try
        {
            for (var read = await from.ReceiveAsync(buffer, _end.Token); read > 0; read = await from.ReceiveAsync(buffer, _end.Token))
            {
                if (isAnswer && buffer.AsSpan(0, read).IndexOf("COMMIT\0"u8) >= 0 && Interlocked.Decrement(ref _left) >= 0)
                {
                    to.LingerState = new LingerOption(enable: true, seconds: 0);
                    break;
                }

                await to.SendAsync(buffer.AsMemory(0, read), _end.Token);
            }
        }
        catch (SocketException)
        {
            // The other half has closed both.
        }
        catch (ObjectDisposedException)
        {
            // As above.
        }
        catch (OperationCanceledException)
        {
            // The test has ended.
        }
        finally
        {
            from.Dispose();
            to.Dispose();
        }
    }
}
