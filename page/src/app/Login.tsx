import { Alert, Button, Center, Code, Paper, PasswordInput, Stack, Text, Title } from "@mantine/core";
import { type FormEvent, type ReactNode, useState } from "react";

/// Asks for a token.
export function Login({ why, onToken }: { why: string | null; onToken: (secret: string) => void }): ReactNode {
  const [secret, setSecret] = useState("");
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (secret.trim()) onToken(secret.trim());
  };
  return (
    <Center component="main" mih="100vh" p="md">
      <Paper component="form" onSubmit={submit} withBorder p="xl" w="100%" maw={440}>
        <Stack>
          <Title order={1}>Offtake desk</Title>
          <Text c="dimmed" size="sm">
            What can still be promised, from when, how firmly, and to whom.
          </Text>
          {why && (
            <Alert color="red" variant="light" role="alert">
              {why}
            </Alert>
          )}
          <PasswordInput
            label="Token"
            description="It begins with offtake_ and lasts as long as this tab."
            value={secret}
            onChange={(event) => setSecret(event.currentTarget.value)}
            autoComplete="current-password"
            data-autofocus
            autoFocus
            required
          />
          <Button type="submit">Open the desk</Button>
          <Text c="dimmed" size="xs">
            The first start of <Code>offtake serve</Code> prints an admin token, once. An admin makes others.
          </Text>
        </Stack>
      </Paper>
    </Center>
  );
}
