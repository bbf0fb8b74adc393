using System.Text.Unicode;

namespace Pulse.Mqtt;

/// <summary>Whether bytes are one JSON object that every reader, <c>jsonb</c> included, understands alike.</summary>
internal static class JsonObjectRules
{
    public const int MaxDepth = 16;

    public static JsonProblem Check(ReadOnlySpan<byte> payload, out int position)
    {
        position = 0;
        if (!Utf8.IsValid(payload))
        {
            return JsonProblem.NotUtf8;
        }

        var scanner = new JsonScanner(payload);
        if (scanner.Peek() != '{')
        {
            // Bytes that are no JSON at all are told apart from a JSON value that is no object.
            if (TakeValue(ref scanner, depth: 1) && IsFinished(ref scanner))
            {
                scanner.Fail(JsonProblem.NotAnObject);
            }
        }
        else if (TakeValue(ref scanner, depth: 1))
        {
            IsFinished(ref scanner);
        }

        position = scanner.Position;
        return scanner.Problem;
    }

    public static bool IsFinished(ref JsonScanner scanner)
    {
        _ = scanner.Peek();
        return scanner.AtEnd || scanner.Fail(JsonProblem.TrailingData);
    }

    public static bool TakeValue(ref JsonScanner scanner, int depth) => scanner.Peek() switch
    {
        (byte)'{' => depth > MaxDepth ? scanner.Fail(JsonProblem.TooDeep) : TakeObject(ref scanner, depth),
        (byte)'[' => depth > MaxDepth ? scanner.Fail(JsonProblem.TooDeep) : TakeArray(ref scanner, depth),
        (byte)'"' => scanner.TakeText(out _),
        (byte)'t' => scanner.TakeLiteral("true"u8),
        (byte)'f' => scanner.TakeLiteral("false"u8),
        (byte)'n' => scanner.TakeLiteral("null"u8),
        _ => scanner.TakeNumber(out _, out _),
    };

    private static bool TakeObject(ref JsonScanner scanner, int depth)
    {
        scanner.Take((byte)'{');
        if (scanner.TryTake((byte)'}'))
        {
            return true;
        }

        var members = default(MemberSet);
        do
        {
            if (!scanner.TakeText(out var name))
            {
                return false;
            }

            if (!members.TryAdd(name.Hash))
            {
                return scanner.Fail(JsonProblem.DuplicateMember);
            }

            if (!scanner.Take((byte)':') || !TakeValue(ref scanner, depth + 1))
            {
                return false;
            }
        }
        while (scanner.TryTake((byte)','));

        return scanner.Take((byte)'}');
    }

    private static bool TakeArray(ref JsonScanner scanner, int depth)
    {
        scanner.Take((byte)'[');
        if (scanner.TryTake((byte)']'))
        {
            return true;
        }

        do
        {
            if (!TakeValue(ref scanner, depth + 1))
            {
                return false;
            }
        }
        while (scanner.TryTake((byte)','));

        return scanner.Take((byte)']');
    }
}
